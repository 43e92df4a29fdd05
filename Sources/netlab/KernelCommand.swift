import ArgumentParser
import LinuxSystem
import NetlabReport
import NetlabVM

extension Netlab {
    /// `netlab kernel`
    struct Kernel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep other kernels for `netlab run --kernel`.",
            discussion: """
                A kernel in the cache is unpacked, with the modules that a lab can have a use for. Nothing is installed, and no root
                is needed. The cache is $XDG_CACHE_HOME/netlab/kernels, for root /var/cache/netlab/kernels.

                EXAMPLES
                  netlab kernel fetch debian-6.1-cloud        by apt; 27 MB to download
                  netlab kernel add linux-image-6.8_amd64.deb a package, .deb or .rpm
                  netlab kernel add /boot/vmlinuz-6.1.0-56-amd64 --name old
                  netlab kernel add ./vmlinuz --modules ./lib/modules/4.4.7
                  netlab kernel list
                  netlab kernel remove old
                """,
            subcommands: [KernelList.self, KernelAdd.self, KernelFetch.self, KernelRemove.self])
    }

    /// `netlab kernel list`
    struct KernelList: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Show the kernels in the cache.")

        @Flag(help: "Names alone, one a line.")
        var names = false

        @Flag(help: "As JSON.")
        var json = false

        func run() throws {
            let cache = KernelCache.standard
            let kernels = cache.kernels()
            if names {
                for kernel in kernels { Terminal.say(kernel.name) }
            } else if json {
                let values = kernels.map { kernel in
                    JSONValue.object([
                        "name": .string(kernel.name), "release": .string(kernel.release),
                        "source": .string(kernel.source), "boots": .string(kernel.imageFile),
                        "remark": .string(kernel.remark), "modules": .integer(kernel.moduleCount),
                        "bytes": .integer(cache.size(of: kernel.name)),
                        "folder": .string("\(cache.directory)/\(kernel.name)"),
                    ])
                }
                Terminal.say(JSONValue.array(values).text)
            } else {
                show(kernels, in: cache)
            }
        }

        private func show(_ kernels: [CachedKernel], in cache: KernelCache) {
            guard !kernels.isEmpty else {
                Terminal.say("no kernels in \(cache.directory)")
                Terminal.say("fetch one:  netlab kernel fetch debian-6.1-cloud")
                return
            }
            let style = Output.style
            var table = TextTable([
                .init("name"), .init("release"), .init("modules", .right), .init("size", .right),
                .init("boots"),
                .init("from", isFlexible: true),
            ])
            for kernel in kernels {
                table.add([
                    StyledText(kernel.name), StyledText(kernel.release),
                    StyledText(kernel.moduleCount == 0 ? "none" : "\(kernel.moduleCount)"),
                    StyledText("\((cache.size(of: kernel.name) + (1 << 19)) >> 20) MiB"),
                    StyledText(kernel.imageFile), StyledText(kernel.source),
                ])
            }
            var page = TextPage(style)
            page.add(table.lines(width: style.width))
            for kernel in kernels where !kernel.remark.isEmpty {
                page.paragraph(StyledText("  \(kernel.name)  "), "boots its bzImage: \(kernel.remark)")
            }
            page.gap()
            page.add(StyledText("in \(cache.directory)"))
            Terminal.say(page.render())
        }
    }

    /// `netlab kernel add`
    struct KernelAdd: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Take a kernel from packages or files into the cache.",
            discussion: """
                EXAMPLES
                  netlab kernel add linux-image-6.1.0-56-cloud-amd64_6.1.192-2_amd64.deb
                  netlab kernel add linux-image-unsigned-6.8_amd64.deb linux-modules-6.8_amd64.deb
                  netlab kernel add kernel-3.10.0-1160.119.1.el7.x86_64.rpm --name centos7
                  netlab kernel add ./bzImage --modules ./lib/modules/6.18.0
                """)

        @Argument(
            help:
                "Packages (.deb, .rpm) of one kernel, a vmlinuz or vmlinux, or a folder with boot/ and lib/.",
            completion: .file())
        var files: [String]

        @Option(help: "Its name in the cache; by default its release. An entry of that name is replaced.")
        var name: String?

        @Option(
            help: "The folder of its modules, with what lib/modules/RELEASE holds.", completion: .directory)
        var modules: String?

        @Flag(help: "Keep also the modules that no lab has a use for.")
        var allModules = false

        mutating func run() async throws {
            let (files, name, modules, all) = (files, name, modules, allModules)
            try await KernelWork.run {
                let cache = KernelCache.standard
                let kernel = try await cache.add(
                    files, name: name, modules: modules, keepsAllModules: all)
                KernelWork.say(kernel, isNew: true, in: cache)
            }
        }
    }

    /// `netlab kernel fetch`
    struct KernelFetch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fetch", abstract: "Download kernels of Debian by apt, without installing them.",
            discussion: """
                The newest build of a series is taken; one that is there already is not downloaded again.

                EXAMPLES
                  netlab kernel fetch debian-6.1-cloud debian-6.12-cloud
                  netlab kernel fetch debian-6.12      with the drivers and file systems of a real machine
                """)

        @Argument(
            help:
                "debian-6.1-cloud, debian-6.1, debian-6.12-cloud, debian-6.12 or another series that apt has.",
            completion: .list(FetchableKernel.usual))
        var kernels: [String]

        @Flag(help: "Keep also the modules that no lab has a use for.")
        var allModules = false

        func validate() throws {
            for name in kernels where FetchableKernel(name: name) == nil {
                throw ValidationError(
                    "\"\(name)\" cannot be fetched; write debian-6.1 or debian-6.1-cloud, or add a package"
                )
            }
        }

        mutating func run() async throws {
            let (wanted, all) = (kernels.compactMap(FetchableKernel.init), allModules)
            try await KernelWork.run {
                let cache = KernelCache.standard
                for kernel in wanted {
                    Terminal.progress("fetching \(kernel.name)")
                    defer { Terminal.endProgress() }
                    let (entry, isNew) = try await cache.fetch(kernel, keepsAllModules: all)
                    Terminal.endProgress()
                    KernelWork.say(entry, isNew: isNew, in: cache)
                }
            }
        }
    }

    /// `netlab kernel remove`
    struct KernelRemove: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Remove kernels from the cache.")

        @Argument(
            help: "Names, as `netlab kernel list` shows them.",
            completion: .custom { _, _, _ in KernelCache.standard.kernels().map(\.name) })
        var names: [String]

        func run() throws {
            for name in names {
                do {
                    try KernelCache.standard.remove(name)
                } catch {
                    Terminal.complain("netlab: \(error)")
                    throw ExitCode(70)
                }
            }
        }
    }
}

/// What the subcommands of `netlab kernel` have in common.
private enum KernelWork {
    /// Ctrl-C cancels the work, which takes away what it has begun.
    static func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
        do {
            try await Execution.interruptibly(body)
        } catch is CancellationError {
            try Execution.finish(2)
        } catch {
            Terminal.complain("netlab: \(error)")
            try Execution.finish(70)
        }
    }

    static func say(_ kernel: CachedKernel, isNew: Bool, in cache: KernelCache) {
        let modules = kernel.moduleCount == 0 ? "no modules" : "\(kernel.moduleCount) modules"
        let megabytes = (cache.size(of: kernel.name) + (1 << 19)) >> 20
        Terminal.say(
            "\(kernel.name): \(kernel.release), \(kernel.imageFile), \(modules), \(megabytes) MiB"
                + (isNew ? "" : "; it was there already"))
        if !kernel.remark.isEmpty { Terminal.say("  boots its bzImage: \(kernel.remark)") }
    }
}
