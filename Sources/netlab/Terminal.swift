import Glibc
import LinuxSystem

/// Where the command's words go: reports to standard output, complaints and progress to standard error.
enum Terminal {
    /// Writes a line to standard output.
    static func say(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// Writes a line to standard error.
    static func complain(_ text: String) { write(text, to: STDERR_FILENO) }

    /// Shows what is going on, in one line that the next one replaces; nothing where standard error is no
    /// terminal.
    static func progress(_ text: String) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        write("\r\u{1b}[K" + text, to: STDERR_FILENO, newline: false)
    }

    /// Takes the progress line away.
    static func endProgress() { progress("") }

    /// Colours are for terminals, and not for those who say NO_COLOR (https://no-color.org) or have a dumb
    /// one.
    static var wantsColour: Bool {
        isatty(STDOUT_FILENO) == 1 && (Environment.current["NO_COLOR"] ?? "").isEmpty
            && Environment.current["TERM"] != "dumb"
    }

    /// Whether box-drawing characters can be shown.
    static var isUTF8: Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { Environment.current[$0] }.first {
            !$0.isEmpty
        }
        guard let locale else { return isatty(STDOUT_FILENO) == 0 }
        return locale.uppercased().contains("UTF-8") || locale.uppercased().contains("UTF8")
    }

    /// Columns of the terminal; 100 where there is none.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
        return min(max(Int(size.ws_col), 60), 140)
    }

    private static func write(_ text: String, to descriptor: Int32, newline: Bool = true) {
        var bytes = Array((newline && !text.hasSuffix("\n") ? text + "\n" : text).utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // A reader that has gone (`netlab list | head`) is no error of ours.
            guard written > 0 || errno == EINTR else { return }
            bytes = bytes.dropFirst(max(written, 0))
        }
    }
}
