//  country.c: see country.h. Names are looked up in an index that is made when the first one comes.
#include "worker/rules/identifiers/country.h"

#include "worker/text/index.h"

#include <pthread.h>

enum { NAME_BYTES = 64 };

//  ISO 3166-1; ITU-T Operational Bulletin, national numbering plans.
static const struct country COUNTRIES[] = {
    {"US",
     "us|usa|unitedstates|unitedstatesofamerica|america|vereinigtestaaten|étatsunis|estadosunidos|statiuniti|"
     "eua|eeuu",
     "1", "", 10, 10},
    {"CA", "ca|can|canada|kanada|canadá", "1", "", 10, 10},
    {"PR", "pr|pri|puertorico", "1", "", 10, 10},
    {"VI", "vi|vir|virginislands|usvirginislands", "1", "", 10, 10},
    {"GU", "gu|gum|guam", "1", "", 10, 10},
    {"AS", "as|asm|americansamoa", "1", "", 10, 10},
    {"MP", "mp|mnp|northernmarianaislands", "1", "", 10, 10},
    {"JM", "jm|jam|jamaica", "1", "", 10, 10},
    {"BS", "bs|bhs|bahamas|thebahamas", "1", "", 10, 10},
    {"BB", "bb|brb|barbados", "1", "", 10, 10},
    {"TT", "tt|tto|trinidadandtobago", "1", "", 10, 10},
    {"DO", "do|dom|dominicanrepublic|repúblicadominicana|republicadominicana", "1", "", 10, 10},
    {"BM", "bm|bmu|bermuda", "1", "", 10, 10},
    {"KY", "ky|cym|caymanislands", "1", "", 10, 10},
    {"DE", "de|deu|germany|deutschland|allemagne|alemania|germania|alemanha|duitsland|d", "49", "0", 7, 11},
    {"AT", "at|aut|austria|österreich|oesterreich|autriche", "43", "0", 7, 13},
    {"CH", "ch|che|switzerland|schweiz|suisse|svizzera|suiza", "41", "0", 9, 9},
    {"LI", "li|lie|liechtenstein", "423", "", 7, 7},
    {"LU", "lu|lux|luxembourg|luxemburg", "352", "", 6, 9},
    {"FR", "fr|fra|france|frankreich|francia|frança", "33", "0", 9, 9},
    {"BE", "be|bel|belgium|belgien|belgië|belgique|bélgica", "32", "0", 8, 9},
    {"NL", "nl|nld|netherlands|thenetherlands|nederland|niederlande|paysbas|holland|paísesbajos", "31", "0",
     9, 9},
    {"GB",
     "gb|gbr|unitedkingdom|uk|greatbritain|england|scotland|wales|northernireland|royaumeuni|reinounido|"
     "vereinigteskönigreich",
     "44", "0", 9, 10},
    {"IE", "ie|irl|ireland|irland|irlande|irlanda", "353", "0", 7, 9},
    {"DK", "dk|dnk|denmark|dänemark|danmark", "45", "", 8, 8},
    {"NO", "no|nor|norway|norwegen|norge", "47", "", 8, 8},
    {"SE", "se|swe|sweden|schweden|sverige", "46", "0", 7, 9},
    {"FI", "fi|fin|finland|finnland|suomi", "358", "0", 6, 10},
    {"IS", "is|isl|iceland|island", "354", "", 7, 7},
    {"ES", "es|esp|spain|spanien|españa|espagne|espana", "34", "", 9, 9},
    {"PT", "pt|prt|portugal", "351", "", 9, 9},
    {"IT", "it|ita|italy|italien|italia|italie", "39", "", 6, 11},
    {"GR", "gr|grc|greece|griechenland|ελλάδα", "30", "", 10, 10},
    {"CY", "cy|cyp|cyprus|zypern", "357", "", 8, 8},
    {"MT", "mt|mlt|malta", "356", "", 8, 8},
    {"PL", "pl|pol|poland|polen|polska|pologne", "48", "", 9, 9},
    {"CZ", "cz|cze|czechrepublic|czechia|tschechien|česko", "420", "", 9, 9},
    {"SK", "sk|svk|slovakia|slowakei|slovensko", "421", "0", 9, 9},
    {"HU", "hu|hun|hungary|ungarn|magyarország", "36", "06", 8, 9},
    {"RO", "ro|rou|romania|rumänien|românia", "40", "0", 9, 9},
    {"BG", "bg|bgr|bulgaria|bulgarien", "359", "0", 7, 9},
    {"HR", "hr|hrv|croatia|kroatien|hrvatska", "385", "0", 8, 9},
    {"SI", "si|svn|slovenia|slowenien|slovenija", "386", "0", 8, 8},
    {"RS", "rs|srb|serbia|serbien|srbija", "381", "0", 7, 9},
    {"EE", "ee|est|estonia|estland|eesti", "372", "", 7, 8},
    {"LV", "lv|lva|latvia|lettland|latvija", "371", "", 8, 8},
    {"LT", "lt|ltu|lithuania|litauen|lietuva", "370", "0", 8, 8},
    {"UA", "ua|ukr|ukraine", "380", "0", 9, 9},
    {"RU", "ru|rus|russia|russianfederation|russland|россия", "7", "8", 10, 10},
    {"KZ", "kz|kaz|kazakhstan", "7", "8", 10, 10},
    {"TR", "tr|tur|turkey|türkei|türkiye|turquie", "90", "0", 10, 10},
    {"IL", "il|isr|israel", "972", "0", 8, 9},
    {"SA", "sa|sau|saudiarabia", "966", "0", 9, 9},
    {"AE", "ae|are|unitedarabemirates|uae", "971", "0", 8, 9},
    {"EG", "eg|egy|egypt", "20", "0", 8, 10},
    {"MA", "ma|mar|morocco|maroc", "212", "0", 9, 9},
    {"ZA", "za|zaf|southafrica|südafrika", "27", "0", 9, 9},
    {"NG", "ng|nga|nigeria", "234", "0", 7, 10},
    {"KE", "ke|ken|kenya", "254", "0", 9, 9},
    {"GH", "gh|gha|ghana", "233", "0", 9, 9},
    {"ET", "et|eth|ethiopia", "251", "0", 9, 9},
    {"TZ", "tz|tza|tanzania", "255", "0", 9, 9},
    {"UG", "ug|uga|uganda", "256", "0", 9, 9},
    {"IN", "in|ind|india|indien|inde|bharat", "91", "0", 10, 10},
    {"PK", "pk|pak|pakistan", "92", "0", 9, 10},
    {"BD", "bd|bgd|bangladesh", "880", "0", 8, 10},
    {"LK", "lk|lka|srilanka", "94", "0", 9, 9},
    {"NP", "np|npl|nepal", "977", "0", 8, 10},
    {"CN", "cn|chn|china|peoplesrepublicofchina|prc|prchina|中国|中国大陆|中华人民共和国|mainlandchina", "86",
     "0", 10, 11},
    {"HK", "hk|hkg|hongkong|hongkongsar|香港", "852", "", 8, 8},
    {"MO", "mo|mac|macau|macao", "853", "", 8, 8},
    {"TW", "tw|twn|taiwan|台灣|台湾", "886", "0", 8, 9},
    {"JP", "jp|jpn|japan|日本|japon|japón", "81", "0", 9, 10},
    {"KR", "kr|kor|southkorea|korea|republicofkorea|koreasouth|대한민국|한국", "82", "0", 8, 10},
    {"SG", "sg|sgp|singapore|singapur", "65", "", 8, 8},
    {"MY", "my|mys|malaysia", "60", "0", 8, 10},
    {"TH", "th|tha|thailand", "66", "0", 8, 9},
    {"VN", "vn|vnm|vietnam|việtnam", "84", "0", 9, 10},
    {"PH", "ph|phl|philippines|pilipinas", "63", "0", 8, 10},
    {"ID", "id|idn|indonesia", "62", "0", 8, 12},
    {"AU", "au|aus|australia|australien|australie", "61", "0", 9, 9},
    {"NZ", "nz|nzl|newzealand|neuseeland", "64", "0", 8, 10},
    {"MX", "mx|mex|mexico|méxico|mexiko|mexique", "52", "", 10, 10},
    {"BR", "br|bra|brazil|brasil|brasilien|brésil", "55", "0", 10, 11},
    {"AR", "ar|arg|argentina|argentinien", "54", "0", 10, 10},
    {"CL", "cl|chl|chile", "56", "", 9, 9},
    {"CO", "co|col|colombia|kolumbien", "57", "", 10, 10},
    {"PE", "pe|per|peru|perú", "51", "0", 8, 9},
    {"VE", "ve|ven|venezuela", "58", "0", 10, 10},
    {"EC", "ec|ecu|ecuador", "593", "0", 8, 9},
    {"BO", "bo|bol|bolivia", "591", "", 8, 8},
    {"UY", "uy|ury|uruguay", "598", "0", 8, 8},
    {"PY", "py|pry|paraguay", "595", "0", 9, 9},
    {"CR", "cr|cri|costarica", "506", "", 8, 8},
    {"PA", "pa|pan|panama|panamá", "507", "", 7, 8},
    {"GT", "gt|gtm|guatemala", "502", "", 8, 8},
    {"HN", "hn|hnd|honduras", "504", "", 8, 8},
    {"SV", "sv|slv|elsalvador", "503", "", 8, 8},
    {"NI", "ni|nic|nicaragua", "505", "", 8, 8},
    {"CU", "cu|cub|cuba", "53", "0", 8, 8},
};

enum { COUNTRY_COUNT = sizeof COUNTRIES / sizeof *COUNTRIES };

static text_index_t *s_index;    //  NULL: out of memory, and no country is known
static pthread_once_t s_once = PTHREAD_ONCE_INIT;

static void s_make (void)
{
    s_index = text_index_new ();
    for (int i = 0; s_index && i < COUNTRY_COUNT; i++)
        for (const char *at = COUNTRIES[i].names; s_index && *at;) {
            size_t n = strcspn (at, "|");
            if (text_index_put (s_index, (struct text){at, n}, i) != 0)
                text_index_destroy (&s_index);
            at += n + (at[n] == '|');
        }
}

uint16_t country_mark (struct text name)
{
    char folded[NAME_BYTES];
    size_t n = name.n ? text_fold (name, folded, sizeof folded) : 0;
    if (n == 0)
        return COUNTRY_NONE;
    pthread_once (&s_once, s_make);
    int at = s_index ? text_index_find (s_index, (struct text){folded, n}) : TEXT_INDEX_NONE;
    return at == TEXT_INDEX_NONE ? COUNTRY_UNKNOWN : (uint16_t) (at + 1);
}

const struct country *country_of (uint16_t mark)
{
    return mark == COUNTRY_NONE || mark > COUNTRY_COUNT ? NULL : &COUNTRIES[mark - 1];
}

bool country_has_us_states (const struct country *self)
{
    static const char *const CODES[] = {"US", "PR", "VI", "GU", "AS", "MP"};
    for (size_t i = 0; self && i < sizeof CODES / sizeof *CODES; i++)
        if (strcmp (self->code, CODES[i]) == 0)
            return true;
    return false;
}
