#include <stdint.h>

// Foundation comes with 34 MB of ICU's tables (languages, calendars, transliterations), which nothing here looks at; in a guest's
// memory they would lie three times. A table of contents without entries, as ICU's own stubdata.cpp has it, keeps the linker
// from taking the large one out of the static library. Hidden, so that a dynamic Foundation keeps its own. The number is ICU's
// version: with another Swift this one is merely not used.
typedef struct {
    uint16_t header_size;
    uint8_t magic[2];
    uint16_t size, reserved;
    uint8_t is_big_endian, charset_family, char_size, reserved_byte;
    uint8_t format[4], format_version[4], data_version[4], padding[8];
    uint32_t count, reserved_count;
    int32_t entries[4];
} unicode_data;

__attribute__((visibility("hidden"), used)) const unicode_data icudt76_dat = {
    .header_size = 32,
    .magic = {0xda, 0x27},
    .size = 20,
    .char_size = 2,
    .format = {'T', 'o', 'C', 'P'},
    .format_version = {1},
};
