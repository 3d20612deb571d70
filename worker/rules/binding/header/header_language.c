//  header_language.c: see header_language.h.
#include "worker/rules/binding/header/header_language.h"

#include "worker/text/ascii.h"

#include <stdlib.h>

enum { NAME_MOST = 256 };

//  In the order of strcmp, letters of ASCII alone (naissance, deces). None of them is a word of English.
static const char *const WORDS[] = {
    "abnahme",
    "abnahmedatum",
    "achternaam",
    "adresse",
    "afname",
    "amostra",
    "apellido",
    "apellidos",
    "auftrag",
    "auftragsnummer",
    "befund",
    "befunddatum",
    "bepaling",
    "campione",
    "cidade",
    "citta",
    "ciudad",
    "codepostal",
    "cognome",
    "coleta",
    "deces",
    "decesso",
    "defuncion",
    "dimissione",
    "eenheid",
    "egreso",
    "eingangsdatum",
    "einheit",
    "entnahmedatum",
    "ergebnis",
    "ergebnisdatum",
    "esame",
    "exame",
    "examen",
    "fallecimiento",
    "fallnummer",
    "familienname",
    "fecha",
    "geboorte",
    "geboortedatum",
    "geboren",
    "geburt",
    "geburtsdatum",
    "geburtstag",
    "geschlecht",
    "geslacht",
    "hospitalisation",
    "ingreso",
    "krankenkasse",
    "medecin",
    "messwert",
    "muestra",
    "municipio",
    "nachname",
    "nacimiento",
    "naissance",
    "nascimento",
    "nascita",
    "nombre",
    "nomdefamille",
    "normbereich",
    "numeropatient",
    "obito",
    "overlijden",
    "overlijdensdatum",
    "paciente",
    "patientennummer",
    "patientnummer",
    "paziente",
    "plz",
    "prelevement",
    "prelievo",
    "prenom",
    "probenmaterial",
    "referenzbereich",
    "resultado",
    "resultat",
    "ricovero",
    "risultato",
    "sejour",
    "sesso",
    "sexe",
    "sexo",
    "sobrenome",
    "sterbedatum",
    "strasse",
    "todesdatum",
    "uitslag",
    "unidad",
    "unidade",
    "unita",
    "unite",
    "untersuchung",
    "untersuchungsdatum",
    "valeur",
    "verstorben",
    "ville",
    "voornaam",
    "vorname",
    "waarde",
    "wohnort",
    "woonplaats",
};

static int s_compare (const void *key, const void *row)
{
    return strcmp (key, *(const char *const *) row);
}

//  The name in snake_case without marks over its letters: "Date de décès" is date_de_deces.
static void s_plain (struct text name, char out[NAME_MOST])
{
    static const char BASES[] = "aaaaaaaceeeeiiii\0nooooo\0ouuuuy\0\0aaaaaaaceeeeiiii\0nooooo\0ouuuuy\0y";
    char snake[NAME_MOST];
    size_t n = text_snake (name, snake, sizeof snake), to = 0;
    for (size_t at = 0; at < n; at++) {
        char base = 0;
        if ((unsigned char) snake[at] == 0xc3 && at + 1 < n)
            base = BASES[(unsigned char) snake[++at] & 0x3f];
        else
            base = snake[at];
        if (base)
            out[to++] = base;
    }
    out[to] = 0;
}

bool header_is_day_first (const binding_t *binding)
{
    char plain[NAME_MOST];
    for (size_t i = 0; i < binding->column_count; i++) {
        s_plain (text_of (binding->columns[i].source), plain);
        for (char *at = plain, *rest = NULL; (at = strtok_r (at, "_0123456789", &rest)); at = NULL)
            if (bsearch (at, WORDS, sizeof WORDS / sizeof *WORDS, sizeof *WORDS, s_compare))
                return true;
    }
    return false;
}
