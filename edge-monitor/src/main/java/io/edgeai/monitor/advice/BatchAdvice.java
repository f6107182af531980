package io.edgeai.monitor.advice;

import io.edgeai.core.model.AdvisedAction;
import io.edgeai.core.model.SignalKind;
import java.util.Optional;

/**
 * Whether requests that come or wait together should share runs: where at least one waits at a time, or two are under way on a
 * busy processor, and runs serve less than half of them. Minutes whose runs served half as many again say what that brings;
 * where it saved less than a tenth, nothing is advised.
 */
final class BatchAdvice {
    private static final double ROOM = 2;
    private static final double LARGER = 1.5;
    private static final double PAYS = 0.9;

    private BatchAdvice() {}

    static Optional<Advice> of(Situation now) {
        Stretch recent = Stretch.last(now.minutes(), Advisor.RECENT);
        if (!recent.has(Advisor.LEAST_WINDOWS, Advisor.LEAST_CALLS)) {
            return Optional.empty();
        }
        double underWay = recent.perSecond() * recent.p50Millis() / 1e3; // by Little's law
        boolean queue = recent.waiting() >= 1;
        boolean busy = recent.cpu() >= Advisor.BUSY && underWay >= ROOM;
        double together = queue ? recent.batch() + recent.waiting() : underWay;
        if (!(queue || busy) || recent.batch() * ROOM > together) {
            return Optional.empty();
        }
        Stretch larger = new Stretch(now.minutes().stream()
                .filter(window -> window.runs().meanBatch() >= LARGER * recent.batch())
                .toList());
        boolean known = larger.has(Advisor.LEAST_WINDOWS, Advisor.LEAST_CALLS);
        if (known && !(larger.computeMillis() <= PAYS * recent.computeMillis())) {
            return Optional.empty();
        }
        String gain = known
                ? Advisor.format(
                        "from %.2f ms of a run for each request to %.2f ms",
                        recent.computeMillis(), larger.computeMillis())
                : queue
                        ? Advisor.format("up to %.0f calls in one run instead of %.1f", together, recent.batch())
                        : Advisor.format("up to %.0f calls in one run instead of one each", underWay);
        return Advisor.advice(
                now,
                AdvisedAction.BATCH,
                now.lost(SignalKind.THROUGHPUT),
                gain,
                evidence(recent, queue, underWay)
                        + (known
                                ? Advisor.format(
                                        " %d minutes had runs of %.1f.",
                                        larger.windows().size(), larger.batch())
                                : ""));
    }

    private static String evidence(Stretch recent, boolean queue, double underWay) {
        return queue
                ? Advisor.format(
                        "%.1f requests wait at a time, %.1f ms each, while a run serves %.1f; %.1f calls a second.",
                        recent.waiting(), recent.waitMillis(), recent.batch(), recent.perSecond())
                : Advisor.format(
                        "%.1f calls a second of %.1f ms each: %.1f are under way at a time, with CPU at %.0f %%.",
                        recent.perSecond(), recent.p50Millis(), underWay, 100 * recent.cpu());
    }
}
