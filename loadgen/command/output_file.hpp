#pragma once

#include <string>

namespace pushbench::loadgen {

/// What is written to `-` goes to standard output.
inline constexpr const char* standard_output = "-";

/// Throws Failure, one line, where nothing could be written to `path` once there is something to write: a
/// folder, no such folder, no permission, a read-only file system. Makes no file. `option` is for the line.
void check_writable(const char* option, const std::string& path);

/// Whether both paths lead to one file, there or still to be made. Devices such as /dev/null hold many.
bool same_file(const std::string& one, const std::string& other);

/// False, and one line on standard error, if it cannot be written in full. An empty path writes nothing.
bool write_output(const char* option, const std::string& path, const std::string& text);

/// What a person reads, on standard output, or on standard error where that is taken.
bool write_summary(const std::string& text, bool output_is_taken);

/// Who was started without standard streams would give their numbers to its sockets, and write its summary
/// into one. Writing to a stream that was closed fails from now on, as it should.
void keep_standard_streams();

}  // namespace pushbench::loadgen
