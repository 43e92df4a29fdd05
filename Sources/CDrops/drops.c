#include "cdrops.h"

int cdrops_version(void) { return 1; }
