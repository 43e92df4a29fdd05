extension Catalogue {
    /// Made by `netlab coverage --runs 3 --movers FILE`: counter, and scenarios whose fault always moves it.
    static let moverLines = """
        """
}
