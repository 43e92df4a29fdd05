import Foundation
import PackagePlugin

/// Compiles `Scenarios/*.yaml` into the catalogue target as one generated Swift file.
@main
struct EmbedScenarios: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let folder = context.package.directoryURL.appending(path: "Scenarios")
        let scenarios = try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil
        )
        .filter { $0.pathExtension == "yaml" }
        .sorted { $0.lastPathComponent < $1.lastPathComponent }
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedScenarios.swift")
        return [
            .buildCommand(
                displayName: "Embedding the scenarios",
                executable: try context.tool(named: "embed-scenarios").url,
                arguments: [output.path(), folder.path()],
                // The folder as well: this list is only made anew when the package changes, not when a file is added.
                inputFiles: [folder] + scenarios,
                outputFiles: [output])
        ]
    }
}
