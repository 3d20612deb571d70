//  mapping.js: what was corrected in the page, as a mapping file (worker/schemas/README.md).

//  corrections: {kind, date_order, decimal, columns: Map source → field or null}. NULL: nothing was corrected.
export function mappingOf({ kind, dateOrder, decimal, columns }) {
    if (!kind && !dateOrder && !decimal && !columns.size) return null;
    const mapping = { dmh: 'mapping/1' };
    if (kind) mapping.kind = kind;
    if (columns.size) mapping.columns = Object.fromEntries(columns);
    if (dateOrder) mapping.date_order = dateOrder;
    if (decimal) mapping.decimal = decimal;
    return `${JSON.stringify(mapping, null, 2)}\n`;
}

//  How the columns of a result were bound, so that a few of its records are read as all of them were. What an order
//  of dates was decided by may stand in other records: it is given.
export function mappingOfReport(report, dateOrder) {
    const fields = report.input.columns.map((column) => column.field).filter(Boolean);
    const once = (field) => fields.indexOf(field) === fields.lastIndexOf(field);
    const columns = new Map(report.input.columns
        .filter((column) => column.source && (column.field ? once(column.field) : column.by === 'mapping'))
        .map((column) => [column.source, column.field]));
    const decimal = report.job.options.decimal ?? { ',': 'comma', '.': 'point', comma: 'comma', point: 'point' }[report.input.decimal_mark];
    return mappingOf({ kind: report.job.kind, dateOrder, decimal, columns });
}
