//  dropped_files.js: the files of a drop or of an input of files; of a folder all in it, in the order of their
//  paths. Hidden ones are left out.

async function ofEntry(entry, path, found) {
    if (entry.name.startsWith('.')) return;
    if (entry.isFile) {
        const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
        found.push({ file, path: path + entry.name });
        return;
    }
    const reader = entry.createReader();
    for (;;) {
        const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
        if (!some.length) return;
        for (const child of some) await ofEntry(child, `${path}${entry.name}/`, found);
    }
}

function inOrder(found) {
    return found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

//  The entries have to be taken while the event is handled.
export async function ofTransfer(transfer) {
    const entries = Array.from(transfer.items ?? []).filter((item) => item.kind === 'file').map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const found = [];
    if (!entries.length) return Array.from(transfer.files, (file) => ({ file, path: file.name }));
    for (const entry of entries) await ofEntry(entry, '', found);
    return inOrder(found);
}

export function ofInput(input) {
    return inOrder(Array.from(input.files, (file) => ({ file, path: file.webkitRelativePath || file.name }))
        .filter(({ path }) => !path.split('/').some((part) => part.startsWith('.'))));
}
