#ifndef CDROPS_H
#define CDROPS_H
/// Version of the interface to the drop counter.
int cdrops_version(void);
#endif
