import ArgumentParser

@main
struct Netlab: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "netlab")
}
