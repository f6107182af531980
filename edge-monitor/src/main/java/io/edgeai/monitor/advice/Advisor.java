package io.edgeai.monitor.advice;

import io.edgeai.core.model.AdvisedAction;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.health.HealthPart;
import io.edgeai.monitor.metric.Share;
import io.edgeai.monitor.window.WindowSummary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Draws advice from figures. It compares the last ten minutes of a version with minutes of other versions, or with its own
 * at less load; it needs five of them and 200 calls on each side, and says nothing otherwise. Stateless and thread-safe.
 */
public final class Advisor {
    static final int RECENT = 10;
    static final int LEAST_WINDOWS = 5;
    static final int LEAST_CALLS = 200;
    static final double BUSY = 0.8;
    private static final double MUCH_FASTER = 1.2;
    private static final int LOOK_BACK = 1440;

    private Advisor() {}

    /** What to do, the most points first. */
    public static List<Advice> advise(Situation situation) {
        List<Function<Situation, Optional<Advice>>> rules = List.of(
                Advisor::rollBack,
                Advisor::retrain,
                Advisor::scaleOut,
                Advisor::move,
                BatchAdvice::of,
                Advisor::quantize);
        List<Advice> found = new ArrayList<>();
        rules.forEach(rule -> rule.apply(situation).ifPresent(found::add));
        found.sort(Comparator.comparingDouble(Advice::points).reversed());
        return List.copyOf(found);
    }

    private static Optional<Advice> rollBack(Situation now) {
        Stretch mine = Stretch.last(now.minutes(), RECENT);
        if (!mine.has(LEAST_WINDOWS, LEAST_CALLS)) {
            return Optional.empty();
        }
        for (Map.Entry<VersionRef, List<WindowSummary>> each : now.siblings().entrySet()) {
            Stretch other = Stretch.last(each.getValue(), LOOK_BACK);
            if (!other.has(LEAST_WINDOWS, LEAST_CALLS)) {
                continue;
            }
            Share here = mine.failed();
            Share there = other.failed();
            if (now.fires(SignalKind.ERRORS) && here.low() > there.high()) {
                return advice(
                        now,
                        AdvisedAction.ROLL_BACK,
                        now.lost(SignalKind.ERRORS),
                        format(
                                "failed calls from %.2f %% to %.2f %% with %s",
                                100 * here.value(), 100 * there.value(), each.getKey()),
                        format(
                                "%d of %d calls failed here, %d of %d there; the 95 %% intervals are apart.",
                                here.hits(), here.total(), there.hits(), there.total()));
            }
            if (now.fires(SignalKind.LATENCY) && mine.p99Millis() > MUCH_FASTER * other.p99Millis()) {
                return advice(
                        now,
                        AdvisedAction.ROLL_BACK,
                        now.lost(SignalKind.LATENCY),
                        format(
                                "p99 from %.1f ms to %.1f ms with %s",
                                mine.p99Millis(), other.p99Millis(), each.getKey()),
                        format(
                                "Middle of %d minutes here and %d minutes there.",
                                mine.windows().size(), other.windows().size()));
            }
        }
        return Optional.empty();
    }

    private static Optional<Advice> retrain(Situation now) {
        if (!now.fires(SignalKind.CONCEPT_DRIFT)
                && !now.fires(SignalKind.DATA_DRIFT)
                && !now.fires(SignalKind.ACCURACY)) {
            return Optional.empty();
        }
        String evidence = reason(now, SignalKind.CONCEPT_DRIFT)
                + reason(now, SignalKind.ACCURACY)
                + reason(now, SignalKind.DATA_DRIFT);
        double points = now.lost(
                SignalKind.CONCEPT_DRIFT, SignalKind.ACCURACY, SignalKind.DATA_DRIFT, SignalKind.PREDICTION_DRIFT);
        return advice(
                now,
                AdvisedAction.RETRAIN,
                points,
                format("up to %.0f points of health, where newer data has labels", points),
                evidence.strip());
    }

    /** Its own minutes at half the load say what a second replica would bring. */
    private static Optional<Advice> scaleOut(Situation now) {
        Stretch recent = Stretch.last(now.minutes(), RECENT);
        if (!recent.has(LEAST_WINDOWS, LEAST_CALLS) || !(recent.cpu() >= BUSY)) {
            return Optional.empty();
        }
        double half = recent.perSecond() / 2;
        Stretch lighter = new Stretch(now.minutes().stream()
                .filter(window -> window.throughputPerSecond() <= half)
                .toList());
        if (!lighter.has(LEAST_WINDOWS, LEAST_CALLS) || !(recent.p99Millis() > MUCH_FASTER * lighter.p99Millis())) {
            return Optional.empty();
        }
        return advice(
                now,
                AdvisedAction.SCALE_OUT,
                now.lost(SignalKind.LATENCY, SignalKind.THROUGHPUT),
                format(
                        "p99 from %.1f ms to about %.1f ms with a second replica",
                        recent.p99Millis(), lighter.p99Millis()),
                format(
                        "CPU at %.0f %% and %.1f calls a second now; %d minutes of at most half as many calls had that p99.",
                        100 * recent.cpu(),
                        recent.perSecond(),
                        lighter.windows().size()));
    }

    /** What the process uses rose although as many calls come as before: it is not this version's own load. */
    private static Optional<Advice> move(Situation now) {
        Stretch recent = Stretch.last(now.minutes(), RECENT);
        Stretch before =
                Stretch.last(now.minutes().subList(0, Math.max(0, now.minutes().size() - RECENT)), LOOK_BACK);
        if (!now.fires(SignalKind.RESOURCE)
                || !recent.has(LEAST_WINDOWS, LEAST_CALLS)
                || !before.has(LEAST_WINDOWS, LEAST_CALLS)
                || recent.perSecond() > MUCH_FASTER * before.perSecond()) {
            return Optional.empty();
        }
        return advice(
                now,
                AdvisedAction.MOVE,
                now.lost(SignalKind.RESOURCE, SignalKind.LATENCY),
                format("p99 back to about %.1f ms on a site with room", before.p99Millis()),
                format(
                        "%s Calls stayed at %.1f a second, %.1f before.",
                        reason(now, SignalKind.RESOURCE).strip(), recent.perSecond(), before.perSecond()));
    }

    private static Optional<Advice> quantize(Situation now) {
        Stretch recent = Stretch.last(now.minutes(), RECENT);
        if (!recent.has(LEAST_WINDOWS, LEAST_CALLS) || !(recent.cpu() >= BUSY)) {
            return Optional.empty();
        }
        return advice(
                now,
                AdvisedAction.QUANTIZE,
                now.lost(SignalKind.RESOURCE),
                "weights of a quarter of the bytes; the optimizer measures how much faster, and proves the answers",
                format(
                        "CPU at %.0f %% over %d minutes, %.1f calls a second.",
                        100 * recent.cpu(), recent.windows().size(), recent.perSecond()));
    }

    private static String reason(Situation now, SignalKind signal) {
        return now.fires(signal) ? now.part(signal).map(HealthPart::reason).orElse("") + " " : "";
    }

    static Optional<Advice> advice(Situation now, AdvisedAction action, double points, String gain, String evidence) {
        return Optional.of(new Advice(now.version(), action, points, gain, evidence));
    }

    static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
