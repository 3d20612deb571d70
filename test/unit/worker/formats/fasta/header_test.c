//  Lines above sequences, as NCBI's, UniProt's and Ensembl's pages on FASTA show them.
#include "worker/formats/fasta/header.h"

#include <criterion/criterion.h>

static void s_expect (struct text got, const char *want, const char *line)
{
    cr_expect (text_equal (got, text_of (want)), "%.*s is not %s in %s", (int) got.n, got.at, want, line);
}

Test (fasta_header, gives_the_name_that_a_sequence_is_known_by)
{
    static const struct {
        const char *line, *id, *source, *description;
        enum residue_sort sort;
    } CASES[] = {
        {"", "", "", "", RESIDUES_ANY},
        {"seq1", "seq1", "seq1", "", RESIDUES_ANY},
        {" seq1\tof  mine ", "seq1", "seq1", "of  mine", RESIDUES_ANY},
        {"NC_000001.11 Homo sapiens chromosome 1, GRCh38.p14 Primary Assembly", "NC_000001.11",
         "NC_000001.11", "Homo sapiens chromosome 1, GRCh38.p14 Primary Assembly", RESIDUES_NUCLEIC},
        {"NP_000509.1 hemoglobin subunit beta [Homo sapiens]", "NP_000509.1", "NP_000509.1",
         "hemoglobin subunit beta [Homo sapiens]", RESIDUES_PROTEIN},
        {"gi|5524211|gb|AAD44166.1| cytochrome b [Elephas maximus maximus]", "AAD44166.1",
         "gi|5524211|gb|AAD44166.1|", "cytochrome b [Elephas maximus maximus]", RESIDUES_ANY},
        {"gi|129295|sp|P01013|OVAX_CHICK GENE X PROTEIN", "P01013", "gi|129295|sp|P01013|OVAX_CHICK",
         "GENE X PROTEIN", RESIDUES_PROTEIN},
        {"gi|129295", "gi|129295", "gi|129295", "", RESIDUES_ANY},
        {"ref|NM_000518.5| Homo sapiens", "NM_000518.5", "ref|NM_000518.5|", "Homo sapiens",
         RESIDUES_NUCLEIC},
        {"ref|NC_000001.11|:100-200 part", "NC_000001.11:100-200", "ref|NC_000001.11|:100-200", "part",
         RESIDUES_NUCLEIC},
        {"gb|M73307|AGMA13GT", "M73307", "gb|M73307|AGMA13GT", "", RESIDUES_ANY},
        {"pir||A25362", "A25362", "pir||A25362", "", RESIDUES_PROTEIN},
        {"pdb|1A3N|B hemoglobin", "1A3N_B", "pdb|1A3N|B", "hemoglobin", RESIDUES_ANY},
        {"lcl|contig7", "contig7", "lcl|contig7", "", RESIDUES_ANY},
        {"lcl|NC_000913.3_prot_NP_414542.1_1 [gene=thrL]", "NC_000913.3_prot_NP_414542.1_1",
         "lcl|NC_000913.3_prot_NP_414542.1_1", "[gene=thrL]", RESIDUES_PROTEIN},
        {"gnl|taxon|9606.1", "gnl|taxon|9606.1", "gnl|taxon|9606.1", "", RESIDUES_ANY},
        {"ENST00000456328.2|ENSG00000290825.1|OTT|DDX11L2|1657|lncRNA|",
         "ENST00000456328.2|ENSG00000290825.1|OTT|DDX11L2|1657|lncRNA|",
         "ENST00000456328.2|ENSG00000290825.1|OTT|DDX11L2|1657|lncRNA|", "", RESIDUES_ANY},
        {"sp||", "sp||", "sp||", "", RESIDUES_PROTEIN},
        {"1 dna:chromosome chromosome:GRCh38:1:1:248956422:1 REF", "1", "1",
         "dna:chromosome chromosome:GRCh38:1:1:248956422:1 REF", RESIDUES_NUCLEIC},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct fasta_header header;
        fasta_header_read (&header, text_of (CASES[i].line));
        s_expect (header.id, CASES[i].id, CASES[i].line);
        s_expect (header.source, CASES[i].source, CASES[i].line);
        s_expect (header.description, CASES[i].description, CASES[i].line);
        cr_expect_eq (header.sort, CASES[i].sort, "%s", CASES[i].line);
    }
}

Test (fasta_header, says_what_else_its_archive_writes_there)
{
    static const struct {
        const char *line, *parts[17];
    } CASES[] = {
        {"sp|P68871|HBB_HUMAN Hemoglobin subunit beta OS=Homo sapiens (Human) OX=9606 GN=HBB PE=1 SV=2",
         {"entry_name", "HBB_HUMAN", "protein_name", "Hemoglobin subunit beta", "organism",
          "Homo sapiens (Human)", "organism_id", "9606", "gene", "HBB", "protein_existence", "1",
          "sequence_version", "2"}},
        {"tr|A0A0|A0A0_XX Uncharacterized OS=E. coli (strain=K12) OX=562",
         {"entry_name", "A0A0_XX", "protein_name", "Uncharacterized", "organism", "E. coli (strain=K12)",
          "organism_id", "562"}},
        {"UniRef50_Q9K794 Putative AgrB-like protein n=2 Tax=Bacillus TaxID=1386 RepID=AGRB_BACHD",
         {"protein_name", "Putative AgrB-like protein", "members", "2", "organism", "Bacillus", "organism_id",
          "1386", "representative", "AGRB_BACHD"}},
        {"NP_000509.1 hemoglobin subunit beta [Homo sapiens]", {"organism", "Homo sapiens"}},
        {"contig1 of mine [see there]", {NULL}},
        {"lcl|NC_000913.3_cds_NP_414542.1_1 [gene=thrL] [protein=thr operon leader [x]] [location=190..255]",
         {"gene", "thrL", "protein", "thr operon leader [x]", "location", "190..255"}},
        {"a [gene=b [c", {NULL}},
        {"ENSP00000333994.3 pep chromosome:GRCh38:11:5225466:5227071:-1 gene:ENSG00000244734.4 "
         "transcript:ENST00000335295.4 gene_biotype:protein_coding gene_symbol:HBB "
         "description:hemoglobin subunit beta [Source:HGNC Symbol;Acc:HGNC:4827]",
         {"sequence_type", "pep", "location", "chromosome:GRCh38:11:5225466:5227071:-1", "gene",
          "ENSG00000244734.4", "transcript", "ENST00000335295.4", "gene_biotype", "protein_coding",
          "gene_symbol", "HBB", "gene_description",
          "hemoglobin subunit beta [Source:HGNC Symbol;Acc:HGNC:4827]"}},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct fasta_header header;
        size_t count = 0;
        fasta_header_read (&header, text_of (CASES[i].line));
        while (CASES[i].parts[2 * count])
            count++;
        cr_assert_eq (header.part_count, count, "%s: %zu", CASES[i].line, header.part_count);
        for (size_t p = 0; p < count; p++) {
            s_expect (header.parts[p].name, CASES[i].parts[2 * p], CASES[i].line);
            s_expect (header.parts[p].value, CASES[i].parts[2 * p + 1], CASES[i].line);
        }
    }
}
