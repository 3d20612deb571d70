//  folder_tree.h: a folder with what it holds.
#ifndef DMH_CLIENT_RESULT_FOLDER_TREE_H
#define DMH_CLIENT_RESULT_FOLDER_TREE_H

//  Removes a folder with all it holds, follows no link. Missing is fine.
void folder_tree_remove (const char *path);

//  folder "/" name, yours to free; NULL when out of memory.
char *folder_tree_join (const char *folder, const char *name);

#endif
