//  state.c: see state.h. Names are looked up in an index that is made when the first one comes.
#include "worker/rules/identifiers/state.h"

#include "messages/base/narrow.h"
#include "worker/text/index.h"

#include <pthread.h>

enum { NAME_BYTES = 64, NAMES_MAX = 1024 };

//  ISO 3166-2 and the codes in use, folded (text_fold), with spaces between them. Of the USA (USPS
//  Publication 28, appendix B: states, the district, territories, freely associated states, armed forces)
//  each code stands before its name. What ASCII writes otherwise is listed twice.
struct region {
    const char *country, *names;
};

//  clang-format off
static const struct region REGIONS[] = {
    {"US", "al alabama ak alaska az arizona ar arkansas ca california co colorado ct "
           "connecticut de delaware dc districtofcolumbia fl florida ga georgia hi hawaii id "
           "idaho il illinois in indiana ia iowa ks kansas ky kentucky la louisiana me maine "
           "md maryland ma massachusetts mi michigan mn minnesota ms mississippi mo missouri "
           "mt montana ne nebraska nv nevada nh newhampshire nj newjersey nm newmexico ny "
           "newyork nc northcarolina nd northdakota oh ohio ok oklahoma or oregon pa "
           "pennsylvania ri rhodeisland sc southcarolina sd southdakota tn tennessee tx texas "
           "ut utah vt vermont va virginia wa washington wv westvirginia wi wisconsin wy "
           "wyoming as americansamoa gu guam mp northernmarianaislands pr puertorico vi "
           "virginislands vi usvirginislands fm federatedstatesofmicronesia mh "
           "marshallislands pw palau aa armedforcesamericas ae armedforceseurope ap "
           "armedforcespacific dc washingtondc"},
    {"AU", "nsw newsouthwales vic victoria qld queensland wa westernaustralia sa "
           "southaustralia tas tasmania act australiancapitalterritory nt northernterritory"},
    {"CA", "ab alberta bc britishcolumbia mb manitoba nb newbrunswick nl "
           "newfoundlandandlabrador newfoundland ns novascotia nt northwestterritories nu "
           "nunavut on ontario pe pei princeedwardisland qc québec quebec sk saskatchewan yt "
           "yukon"},
    {"MX", "aguascalientes bajacalifornia bajacaliforniasur campeche chiapas chihuahua "
           "coahuila colima cdmx ciudaddeméxico ciudaddemexico distritofederal durango "
           "guanajuato guerrero hidalgo jalisco méxico estadodeméxico estadodemexico "
           "michoacán michoacan morelos nayarit nuevoleón nuevoleon oaxaca puebla querétaro "
           "queretaro quintanaroo sanluispotosí sanluispotosi sinaloa sonora tabasco "
           "tamaulipas tlaxcala veracruz yucatán yucatan zacatecas as bc bs cc cl cm cs ch df "
           "dg gt gr hg jc mc mn ms nt nl oc pl qt qr sp sl sr tc ts tl vz yn zs agu bcn bcs "
           "cam chh chp cmx coa col dur gro gua hid jal mex mic mor nay nle oax pue que roo "
           "sin slp son tab tam tla ver yuc zac coahuiladezaragoza michoacándeocampo "
           "veracruzdeignaciodelallave michoacandeocampo"},
    {"BR", "ac al ap am ba ce df es go ma mt ms mg pa pb pr pe pi rj rn rs ro rr sc sp se to "
           "acre alagoas amapá amazonas bahia ceará espíritosanto goiás maranhão matogrosso "
           "matogrossodosul minasgerais pará paraíba paraná pernambuco piauí riodejaneiro "
           "riograndedonorte riograndedosul rondônia roraima santacatarina sãopaulo saopaulo "
           "sergipe tocantins distritofederal"},
    {"IN", "an ap ar as br ch cg ct dd dl dn ga gj hp hr jh jk ka kl la ld mh ml mn mp mz nl "
           "od or pb py rj sk tg tn tr ts uk up ut wb andhrapradesh arunachalpradesh assam "
           "bihar chandigarh chhattisgarh delhi goa gujarat haryana himachalpradesh jharkhand "
           "jammuandkashmir karnataka kerala madhyapradesh maharashtra manipur meghalaya "
           "mizoram nagaland odisha orissa puducherry punjab rajasthan sikkim tamilnadu "
           "telangana tripura uttarakhand uttarpradesh westbengal dh lakshadweep "
           "andamanandnicobarislands"},
    {"IT", "ag al an ao ap aq ar at av ba bg bi bl bn bo br bs bt bz ca cb ce ch cl cn co cr "
           "cs ct cz en fc fe fg fi fm fr ge go gr im is kr lc le li lo lt lu mb mc me mi mn "
           "mo ms mt na no nu or pa pc pd pe pg pi pn po pr pt pu pv pz ra rc re rg ri rm rn "
           "ro sa si so sp sr ss su sv ta te tn to tp tr ts tv ud va vb vc ve vi vr vt vv "
           "lombardia lazio campania sicilia veneto emiliaromagna piemonte puglia toscana "
           "calabria sardegna liguria marche abruzzo friuliveneziagiulia trentinoaltoadige "
           "umbria basilicata molise valledaosta"},
    {"ES", "andalucía andalucia aragón aragon asturias canarias cantabria castillalamancha "
           "castillayleón castillayleon cataluña catalunya extremadura galicia madrid murcia "
           "navarra larioja paísvasco paisvasco valencia an ar as cn cb cl cm ct ex ga ib md "
           "mc nc pv ri vc alacant ab albacete al almería almeria av ávila avila barcelona ba "
           "badajoz bi bizkaia bu burgos acoruña lacoruña acoruna lacoruna ca cádiz cadiz cc "
           "cáceres caceres co córdoba cordoba cr ciudadreal cs castelló castello cu cuenca "
           "gc laspalmas gi girona gerona gr granada gu guadalajara huelva hu huesca jaén "
           "jaen lleida lérida lerida le león leon lo lu lugo ma málaga malaga mu na nafarroa "
           "or ourense orense palencia pm illesbalears islasbaleares po pontevedra sa "
           "salamanca se sevilla sg segovia so soria ss gipuzkoa tarragona te teruel tf "
           "santacruzdetenerife to toledo va valladolid vi araba zaragoza za zamora"},
    {"DE", "bw by be bb hb hh he mv ni nw nrw rp sl sn st sh th badenwürttemberg bayern "
           "berlin brandenburg bremen hamburg hessen mecklenburgvorpommern niedersachsen "
           "nordrheinwestfalen rheinlandpfalz saarland sachsen sachsenanhalt "
           "schleswigholstein thüringen"},
    {"AT", "burgenland kärnten niederösterreich oberösterreich salzburg steiermark tirol "
           "vorarlberg wien"},
    {"CH", "ag ai ar be bl bs fr ge gl gr ju lu ne nw ow sg sh so sz tg ti ur vd vs zg zh "
           "aargau appenzellinnerrhoden appenzellausserrhoden bern baselland baselstadt "
           "fribourg genève geneve glarus graubünden jura luzern neuchâtel nidwalden obwalden "
           "stgallen schaffhausen solothurn schwyz thurgau ticino uri vaud valais wallis zug "
           "zürich basellandschaft freiburg sanktgallen"},
    {"NL", "dr fl fr ge gr li nb nh ov ut ze zh drenthe flevoland fryslân friesland "
           "gelderland groningen limburg noordbrabant noordholland overijssel utrecht zeeland "
           "zuidholland"},
    {"ZA", "ec fs gp gt kzn lp mp nc nl nw wc easterncape freestate gauteng kwazulunatal "
           "limpopo mpumalanga northerncape northwest westerncape"},
    {"AR", "buenosaires caba catamarca chaco chubut córdoba cordoba corrientes entreríos "
           "entrerios formosa jujuy lapampa larioja mendoza misiones neuquén neuquen ríonegro "
           "rionegro salta sanjuan sanluis santacruz santafe santiagodelestero tierradelfuego "
           "tucumán tucuman"},
};
//  clang-format on

#define REGION_COUNT (sizeof REGIONS / sizeof *REGIONS)

_Static_assert(REGION_COUNT <= REGIONS_MAX, "a mark has a bit for each country");

//  A name: the countries that have it, and its code in the USA.
struct name {
    uint16_t countries;
    char code[2];
};

static struct name s_names[NAMES_MAX];
static text_index_t *s_index;    //  NULL: out of memory, and no state is known
static pthread_once_t s_once = PTHREAD_ONCE_INIT;

//  0, or -1 out of memory or of room.
static int s_add (struct text name, int region, const char *code, int *count)
{
    int at = text_index_find (s_index, name);
    if (at == TEXT_INDEX_NONE) {
        at = (*count)++;
        if (at == NAMES_MAX || text_index_put (s_index, name, at) != 0)
            return -1;
    }
    s_names[at].countries |= (uint16_t) (1u << region);
    if (region == REGION_US) {
        s_names[at].code[0] = to_upper (code[0]);
        s_names[at].code[1] = to_upper (code[1]);
    }
    return 0;
}

static void s_make (void)
{
    int count = 0;
    s_index = text_index_new ();
    for (int r = 0; s_index && r < NARROW (int, REGION_COUNT); r++) {
        const char *code = REGIONS[r].names;
        bool is_code = true;
        for (const char *at = REGIONS[r].names; s_index && *at; is_code = !is_code) {
            size_t n = strcspn (at, " ");
            code = is_code ? at : code;
            if (s_add ((struct text){at, n}, r, code, &count) != 0)
                text_index_destroy (&s_index);
            at += n + (at[n] == ' ');
        }
    }
}

static const struct name *s_find (struct text in)
{
    char folded[NAME_BYTES];
    size_t n = text_fold (in, folded, sizeof folded);
    pthread_once (&s_once, s_make);
    int at = s_index && n ? text_index_find (s_index, (struct text){folded, n}) : TEXT_INDEX_NONE;
    return at == TEXT_INDEX_NONE ? NULL : &s_names[at];
}

uint16_t state_countries (struct text in)
{
    const struct name *name = s_find (in);
    return name ? name->countries : 0;
}

//  Whether a country has a state called so, or one of the same two letters.
static bool s_has (int region, const struct name *name)
{
    const struct name *code = s_find ((struct text){name->code, 2});
    return (name->countries | (code ? code->countries : 0)) & 1u << region;
}

enum rule state_standardize (struct text in, int region, struct text *out)
{
    const struct name *name = s_find (in);
    *out = in;
    if (!name || !(name->countries & 1u << REGION_US) || text_equal (in, (struct text){name->code, 2}) ||
        (region != REGION_US && s_has (region, name)))
        return RULE_NONE;
    *out = (struct text){name->code, 2};
    return RULE_STATE_MAPPED;
}

int state_region (const uint64_t votes[REGIONS_MAX])
{
    int best = REGION_US;
    for (int r = 0; r < NARROW (int, REGION_COUNT); r++)
        if (votes[r] > votes[best])
            best = r;
    return best;
}
