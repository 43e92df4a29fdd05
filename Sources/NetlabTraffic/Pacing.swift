/// When the next of a paced sequence of events is due.
///
/// A sender that was held up catches up at twice its rate, never in a burst: bursts are what pacing is there to
/// prevent, and a queue behind the sender would see them.
struct Pacing {
    private var interval: Double
    private var due: Double
    private var last: Double

    init(_ perSecond: Double, start: Int64) {
        interval = 1e9 / max(perSecond, 1e-6)
        due = Double(start)
        last = -.infinity
    }

    /// For events that take different times: see `took(place:interval:)`.
    init(start: Int64) {
        interval = 0
        due = Double(start)
        last = -.infinity
    }

    /// The time of the next event.
    var next: Int64 { Int64(max(due, last + interval / 2)) }

    /// Notes that the event has taken place.
    mutating func took(place now: Int64) { took(place: now, interval: interval) }

    /// Notes that the event has taken place, and how many nanoseconds after it the next one is due.
    mutating func took(place now: Int64, interval: Double) {
        self.interval = interval
        last = Double(now)
        due += interval
    }
}
