import KernelTestSupport
import LinuxSystem
import NetlabCatalogue
import NetlabReport
import Testing

@Suite(.needsProgram("shellcheck")) struct ShellcheckTests {
    @Test func everyScriptIsCleanForShellcheck() async throws {
        let dump = try SettingsDump()
        var files: [String] = []
        for (name, _) in Catalogue.scenarios {
            let path = "\(dump.directory)/\(name).sh"
            try NewFile.create(path, with: ScriptText.render(try SameSettingsTests.plan(name)))
            files.append(path)
        }
        let outcome = try await ChildProcess.run(ChildCommand("shellcheck", files, timeout: .seconds(120)))
        #expect(outcome.isSuccess, "\(outcome.standardOutput.text.prefix(4000))")
        try await dump.remove()
    }

    @Test func everyScriptIsPlainASCII() throws {
        for (name, _) in Catalogue.scenarios {
            let text = ScriptText.render(try SameSettingsTests.plan(name))
            #expect(text.utf8.allSatisfy { $0 < 0x80 }, "\(name)")
        }
    }
}
