//  ucum_test.c: the reader of UCUM codes against the specification (version 2.1, case-sensitive): what its
//  grammar takes (section 2.4), what it refuses, and what its tables make of a unit.
#include "worker/rules/units/ucum.h"
#include "worker/rules/units/unit.h"

#include <criterion/criterion.h>
#include <math.h>

//  By the section of the specification that each row comes from.
static const char *const ACCEPTED[] = {
    //  base units (section 4.2) and the prefixes (4.1)
    "m", "s", "g", "rad", "K", "C", "cd", "Ym", "Zm", "Em", "Pm", "Tm", "Gm", "Mm", "km", "hm", "dam", "dm",
    "cm", "mm", "um", "nm", "pm", "fm", "am", "zm", "ym", "KiBy", "MiBy", "GiBy", "TiBy", "Kibit",
    //  dimensionless units and powers of ten (4.3)
    "10*", "10^", "10*3", "10^3", "10*-3", "10*+3", "10^-12", "10*23", "%", "[ppth]", "[ppm]", "[ppb]",
    "[pptr]", "[pi]", "1", "100",
    //  SI units with names, and those kept beside SI (4.4, 4.5)
    "mol", "sr", "Hz", "N", "Pa", "J", "W", "A", "V", "F", "Ohm", "S", "Wb", "Cel", "T", "H", "lm", "lx",
    "Bq", "Gy", "Sv", "gon", "deg", "'", "''", "l", "L", "ar", "min", "h", "d", "a_t", "a_j", "a_g", "a",
    "wk", "mo_s", "mo_j", "mo_g", "mo", "t", "bar", "u", "eV", "AU", "pc",
    //  constants, CGS, customary, apothecaries' and typesetters' units (4.6 to 4.14)
    "[c]", "[h]", "[k]", "[eps_0]", "[mu_0]", "[e]", "[m_e]", "[g]", "[ly]", "gf", "[lbf_av]", "Ky", "dyn",
    "erg", "P", "St", "G", "Ci", "RAD", "REM", "[in_i]", "[ft_i]", "[mi_i]", "[in_us]", "[mi_us]", "[ft_br]",
    "[acr_us]", "[gal_us]", "[cup_us]", "[tbs_us]", "[tsp_us]", "[min_us]", "[gal_br]", "[foz_br]", "[lb_av]",
    "[oz_av]", "[stone_av]", "[lb_tr]", "[pwt_tr]", "[sc_ap]", "[pnt]", "[didot]", "[degF]", "[degR]",
    "cal_[15]", "cal_th", "[Cal]", "[Btu_39]", "[Btu_th]", "[HP]", "tex", "[den]",
    //  clinical and chemical units (4.15, 4.16)
    "m[H2O]", "m[Hg]", "mm[Hg]", "cm[H2O]", "[in_i'H2O]", "[in_i'Hg]", "[PRU]", "[wood'U]", "[diop]",
    "[p'diop]", "%[slope]", "[mesh_i]", "[Ch]", "[drp]", "[hnsf'U]", "[MET]", "[hp'_X]", "[hp_C]", "[kp_M]",
    "eq", "meq", "osm", "mosm", "[pH]", "g%", "[S]", "[HPF]", "[LPF]", "kat", "nkat", "U", "mU", "[iU]",
    "[IU]", "k[iU]", "[arb'U]", "[USP'U]", "[GPL'U]", "[MPL'U]", "[APL'U]", "[beth'U]", "[anti'Xa'U]",
    "[todd'U]", "[dye'U]", "[smgy'U]", "[bdsk'U]", "[ka'U]", "[knk'U]", "[mclg'U]", "[tb'U]", "[CCID_50]",
    "[TCID_50]", "[EID_50]", "[PFU]", "[FFU]", "[CFU]", "[IR]", "[BAU]", "[AU]", "[Amb'a'1'U]", "[PNU]",
    "[Lf]", "[D'ag'U]", "[FEU]", "[ELU]", "[EU]",
    //  levels and what is left (4.17 to 4.20)
    "Np", "B", "dB", "B[SPL]", "dB[SPL]", "B[10.nV]", "[m/s2/Hz^(1/2)]", "st", "Ao", "b", "att", "mho",
    "[psi]", "circ", "sph", "[car_m]", "[car_Au]", "[smoot]", "bit_s", "bit", "By", "MBd",
    //  the grammar: exponents, operators, parentheses, annotations
    "m2", "m2.5", "ML", "N/A", "m+2", "m-2", "s-1", "m3.kg-1.s-2", "kg.m/s2", "4.[pi].10*-7.N/A2", "/m",
    "/min", "/100{WBC}", "1/d", "m/s/s", "(m/s)/(kg.s)", "((m))", "mg/(24.h)", "umol/2.h", "g/(8.h){shift}",
    "{score}", "{a}/{b}", "mg{wet}/dL", "g{creat}", "10*3{cells}/uL", "mL/min/{1.73_m2}", "{#}", "{T'U}",
    "%{Hb}", "m[H2O]{above}",
    //  as laboratories use them: UCUM's table of examples for electronic messaging
    "mg/dL", "mmol/L", "10*3/uL", "10*6/uL", "10*9/L", "10*12/L", "10^9/L", "[iU]/L", "m[iU]/L", "u[iU]/mL",
    "fL", "pg", "ng/mL", "ng/mL{FEU}", "mg/g{creat}", "mosm/kg", "meq/L", "umol/min", "U/L", "kU/L", "ukat/L",
    "nmol/h/mL", "mmol/mol", "/[HPF]", "/[LPF]", "[CFU]/mL", "[GPL'U]/mL", "mm/h", "kg/m2", "dyn.s/cm5",
    "dyn.s/(cm5.m2)", "L/(min.m2)", "kcal/(24.h)", "ug/kg/min", "{copies}/mL", "{INR}"};

static const char *const REFUSED[] = {
    //  operators without a term, parentheses without a partner
    "", "/", ".", "mg/", "mg//dL", "mg.", ".mg", "mg..dL", "//m", "(mg", "mg)", "()", "(m/s", "m/(s", "m/s)",
    "((m)", ")m(", "(m)(s)", "m (s)",
    //  exponents: they follow a unit, with at most one sign
    "m--2", "m+-2", "m2-", "m-", "m^2", "m**2", "m100", "10*x", "10+3/ul", "(m)2", "-m", "2-1",
    //  a number is a factor of its own, a positive whole one
    "0", "12h", "g/12h", "mL/72h", "U/1h", "1.5e3", "0.5", "-1", "1,5",
    //  symbols: case counts, prefixes go with metric units alone, one at a time
    "MG/DL", "mg/DL", "SEC", "sec", "hr", "foo", "molv", "iU", "IU/L", "mEq/L", "Kg", "KG", "mkg", "mum",
    "kmin", "kwk", "k[in_i]", "m%", "d[degF]", "m10*", "k[arb'U]", "kdeg", "k", "da", "Ki",
    //  brackets and braces
    "m[Hg", "m]Hg[", "[foo]", "[]", "[iu]", "[IU", "[BETH'U]", "[in_I]", "mmol/kg[H20]", "mg{", "mg}", "{",
    "}", "{}", "mg{}", "mg{a}{b}", "mg{a{b}}", "{a b}", "m/{a b}", "{a}m{b",
    //  what is outside of printable ASCII, and spaces
    "mm Hg", " m", "m ", "mg /dL", "µg/L", "°C", "m\xc2\xb2", "10³/uL", "{錠}", "m\t", "×10", "5 %",
    //  what people write
    "mmHg", "bpm", "x10^9/L", "K/cumm", "cells/uL", "mg per dL", "percent", "#", "10 3/uL"};

Test (ucum, takes_what_the_specification_defines)
{
    enum { COUNT = sizeof ACCEPTED / sizeof *ACCEPTED };
    cr_assert_geq (COUNT, 150);
    for (size_t i = 0; i < COUNT; i++) {
        struct ucum unit;
        cr_expect (ucum_read (text_of (ACCEPTED[i]), &unit), "%s", ACCEPTED[i]);
        cr_expect (unit_is_ucum (text_of (ACCEPTED[i])), "%s", ACCEPTED[i]);
    }
}

Test (ucum, refuses_what_the_grammar_does_not_make)
{
    enum { COUNT = sizeof REFUSED / sizeof *REFUSED };
    cr_assert_geq (COUNT, 60);
    for (size_t i = 0; i < COUNT; i++) {
        struct ucum unit = {.factor = 42};
        cr_expect_not (ucum_read (text_of (REFUSED[i]), &unit), "%s", REFUSED[i]);
        cr_expect_eq (unit.factor, 42, "%s touched its output", REFUSED[i]);
    }
}

//  a of one unit are b of the other. From the definitions of the specification and its functional tests.
Test (ucum, knows_how_large_a_unit_is)
{
    static const struct {
        const char *from, *to;
        double factor;
    } ROWS[] = {{"mm", "m", 0.001},
                {"mm", "cm", 0.1},
                {"s.m-1", "s/m", 1},
                {"s.mm-1", "s.m-1", 1000},
                {"s.mm-2", "s.m-2", 1e6},
                {"s/m/g", "s.m-1.g-1", 1},
                {"4.s/m", "s/m", 4},
                {"s/4.m", "s.m", 0.25},    //  from left to right
                {"[in_i]", "m", 0.0254},
                {"[in_us]", "m", 100.0 / 3937},
                {"[ft_us]", "m", 1200.0 / 3937},
                {"[ft_i]", "cm", 30.48},
                {"g.m.s-2.A-2", "g.m.C-2", 1},
                {"10*-7.s", "s", 1e-7},
                {"4.[pi].10*-7.N", "N", 1.2566370614359173e-6},
                {"[mu_0]", "g.m.C-2", 1.2566370614359173e-3},
                {"m[Hg]", "g.s-2.m-1", 133322000},
                {"mm[Hg]", "Pa", 133.322},
                {"cm[H2O]", "Pa", 98.0665},
                {"S", "g-1.m-2.C2.s", 0.001},
                {"[ly]", "m", 9460730472580800},
                {"1/[ly]", "cm-1", 1.0570008340246154e-18},
                {"L", "dm3", 1},
                {"uL", "mm3", 1},
                {"fL", "um3", 1},
                {"[lb_av]", "g", 453.59237},
                {"[oz_av]", "g", 28.349523125},
                {"[stone_av]", "kg", 6.35029318},
                {"[gal_us]", "L", 3.785411784},
                {"[cup_us]", "mL", 236.5882365},
                {"[tsp_us]", "mL", 4.92892159375},
                {"[gal_br]", "L", 4.54609},
                {"[foz_br]", "mL", 28.4130625},
                {"[degR]", "K", 5.0 / 9},
                {"[Btu]", "J", 1054.35},
                {"kcal_th", "J", 4184},
                {"kat", "U", 6e7},
                {"U", "nkat", 1e9 / 6e7},
                {"[Cal]", "J", 4184},
                {"deg", "rad", 0.017453292519943295},
                {"KiBy", "By", 1024},
                {"MiBy", "KiBy", 1024},
                {"GiBy", "MiBy", 1024},
                {"TiBy", "GiBy", 1024},
                {"By", "bit", 8},
                {"Ci", "GBq", 37},
                {"a", "d", 365.25},
                {"mo", "d", 30.4375},
                {"wk", "h", 168},
                {"%", "1", 0.01},
                {"10*3/uL", "10*9/L", 1},
                {"10*6/uL", "10*12/L", 1},
                {"g%", "g/dL", 1},
                {"mL/min/{1.73_m2}", "mL/min", 1},
                {"dyn.s/cm5", "Pa.s/m3", 1e5}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct ucum from, to;
        cr_assert (ucum_read (text_of (ROWS[i].from), &from), "%s", ROWS[i].from);
        cr_assert (ucum_read (text_of (ROWS[i].to), &to), "%s", ROWS[i].to);
        cr_expect_arr_eq (from.dimension, to.dimension, sizeof to.dimension, "%s is no %s", ROWS[i].from,
                          ROWS[i].to);
        double factor = from.factor / to.factor * pow (10, from.power - to.power);
        cr_expect (fabs (factor / ROWS[i].factor - 1) < 1e-12, "1 %s is %.17g %s", ROWS[i].from, factor,
                   ROWS[i].to);
        cr_expect (from.convertible && to.convertible);
    }
}

Test (ucum, a_scale_that_is_no_ratio_converts_to_nothing_by_a_factor)
{
    //  Section 3.2, special units: temperatures have an offset, logarithms are no scale here at all.
    static const char *const ARBITRARY[] = {"[pH]", "B",       "dB[SPL]", "[arb'U]", "[CFU]/mL", "/[HPF]",
                                            "kCel", "Cel/min", "Cel2",    "bit_s",   "[p'diop]"};
    struct ucum unit;
    for (size_t i = 0; i < sizeof ARBITRARY / sizeof *ARBITRARY; i++) {
        cr_assert (ucum_read (text_of (ARBITRARY[i]), &unit), "%s", ARBITRARY[i]);
        cr_expect_not (unit.convertible, "%s", ARBITRARY[i]);
    }
    cr_assert (ucum_read (TEXT ("Cel"), &unit));
    cr_expect (unit.convertible && unit.offset == 273.15 && unit.factor == 1);
    cr_assert (ucum_read (TEXT ("[degF]"), &unit));
    cr_expect (unit.convertible && unit.offset == 459.67 && fabs (unit.factor - 5.0 / 9) < 1e-15);
    cr_assert (ucum_read (TEXT ("[degRe]"), &unit));
    cr_expect (unit.convertible && unit.offset == 218.52 && unit.factor == 1.25);
}

Test (ucum, is_bounded_in_depth_and_length)
{
    char code[256];
    for (size_t depth = 1; depth <= 100; depth++) {
        memset (code, '(', depth);
        code[depth] = 'm';
        memset (code + depth + 1, ')', depth);
        struct ucum unit;
        cr_expect_eq (ucum_read ((struct text){code, 2 * depth + 1}, &unit), depth < 16, "%zu", depth);
    }
    memset (code, 'm', sizeof code);
    cr_expect_not (unit_is_ucum ((struct text){code, sizeof code}));
}
