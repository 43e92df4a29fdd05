import Glibc
import KernelTestSupport
import LinuxSystem
import Testing

@testable import NetlabVM

@Suite("Programs and scripts for a guest")
struct GuestScriptTests {
    @Test(arguments: [
        ("#!/bin/sh\necho\n", "/bin/sh", "/bin/sh"), ("#! /bin/bash -e\n", "/bin/bash", "/bin/bash"),
        ("#!/usr/bin/env bash\n", "/usr/bin/env", "bash"),
        ("#!/usr/bin/env -S A=1 dash -x", "/usr/bin/env", "dash"),
    ])
    func firstLineNamesTheInterpreter(text: String, interpreter: String, language: String) throws {
        let script = try #require(GuestScript(Array(text.utf8)))
        #expect(script.interpreter == interpreter && script.language == language)
    }

    @Test(arguments: ["", "#", "#!\n", "#!/usr/bin/env\n", "echo #!/bin/sh\n"])
    func whatNamesNoneIsNoScript(text: String) {
        #expect(GuestScript(Array(text.utf8)) == nil)
    }

    @Test func wordsOfAScriptAreThoseOutsideOfItsComments() throws {
        let script = try #require(
            GuestScript(Array("#!/bin/sh\n# perhaps nc\nip -4 addr|/bin/cat;tc\n".utf8)))
        #expect(script.words == ["ip", "-4", "addr", "/bin/cat", "tc"])
    }

    /// A file of a test's own folder.
    static func file(_ name: String, _ text: String, in folder: TemporaryFolder) throws -> String {
        let path = "\(folder.path)/\(name)"
        try NewFile.create(path, with: text)
        chmod(path, 0o755)
        return path
    }

    @Test func scriptBringsItsInterpreterAndThePrograms() async throws {
        let folder = try TemporaryFolder()
        let path = try Self.file("script", "#!/bin/sh\nuname -r\n", in: folder)
        var files = ProgramFiles()
        try await files.add(program: path)
        #expect(files.files[path] == path)
        #expect(files.files["/bin/sh"] == "/bin/sh")
        #expect(files.files.keys.contains(try #require(Program.find("uname"))))
        #expect(files.files.keys.contains { $0.contains("/libc.so") })
    }

    @Test func whatNeedsALibraryOfItsLanguageIsRefused() async throws {
        let folder = try TemporaryFolder()
        let python = try Self.file("client", "#!/usr/bin/env python3\n", in: folder)
        let nobody = try Self.file("odd", "#!/no/such/shell\n", in: folder)
        let named = try Self.file("python3.11", "", in: folder)
        for (path, error) in [
            (python, ProgramFilesError.script(python, "python3")), (named, .language(named)),
            (nobody, .noInterpreter("/no/such/shell", of: nobody)),
        ] {
            await #expect(throws: error) {
                var files = ProgramFiles()
                try await files.add(program: path)
            }
        }
        #expect(
            "\(ProgramFilesError.script("./client", "python3"))"
                == "./client is a script for python3, whose library is not taken into a virtual machine; scripts of a shell are"
        )
    }

    @Test func argumentsThatAreFilesAreTakenAndOthersAreNot() async throws {
        let folder = try TemporaryFolder()
        let data = try Self.file("data", "x", in: folder)
        let script = try Self.file("script", "#!/bin/sh\nuname\n", in: folder)
        let large = "\(folder.path)/large"
        try NewFile.create(large, with: "")
        truncate(large, ProgramFiles.argumentLimit + 1)
        var files = ProgramFiles()
        for argument in [data, script, "-v", "http", "/no/such/file", folder.path] {
            try await files.add(argument: argument)
        }
        #expect(files.files[data] == data && files.files[script] == script)
        #expect(files.files["/bin/sh"] != nil && files.files[folder.path] == nil)
        await #expect(throws: ProgramFilesError.large(large, ProgramFiles.argumentLimit + 1)) {
            var files = ProgramFiles()
            try await files.add(argument: large)
        }
    }

    @Test func workingDirectoryIsTheGuestsRoot() throws {
        #expect(try ProgramFiles.place(of: "./lib/./client.sh") == "/lib/client.sh")
        #expect(try ProgramFiles.place(of: "/usr/bin/../bin/ip") == "/usr/bin/../bin/ip")
        #expect(throws: ProgramFilesError.outside("../client.sh")) {
            try ProgramFiles.place(of: "../client.sh")
        }
    }
}
