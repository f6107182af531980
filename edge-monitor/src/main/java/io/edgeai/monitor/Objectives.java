package io.edgeai.monitor;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.alert.AlertBook;
import io.edgeai.monitor.alert.AlertPolicy;
import io.edgeai.monitor.metric.CallCounter;
import io.edgeai.monitor.metric.LatencyHistogram;
import io.edgeai.monitor.metric.LatencyRecorder;
import io.edgeai.monitor.objective.BurnRates;
import io.edgeai.monitor.objective.Objective;
import io.edgeai.monitor.objective.ObjectiveStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The objectives of models, counted over all their versions. An alert is told of the version with the most bad calls when it
 * begins. Not thread-safe, but for {@link #status}.
 */
final class Objectives {
    private static final AlertPolicy AT_ONCE =
            new AlertPolicy(1, 6, 0.4, AlertPolicy.ofDefaults().reopenWithin());
    private static final Duration KEEP = Duration.ofMinutes(5);

    private final Map<ModelId, List<BurnRates>> all = new HashMap<>();
    private final Map<VersionRef, LatencyRecorder.Snapshot> seen = new ConcurrentHashMap<>();
    private final Map<ModelId, VersionRef> blamed = new HashMap<>();
    private final Map<ModelId, Map<VersionRef, Long>> fresh = new HashMap<>();
    private final Clock clock;
    private final AlertBook alerts;
    private final Recorder recorder;
    private Instant kept;

    Objectives(
            List<Objective> objectives,
            Clock clock,
            AlertBook alerts,
            Recorder recorder,
            Consumer<RuntimeException> onFailure) {
        this.clock = clock;
        this.alerts = alerts;
        this.recorder = recorder;
        this.kept = clock.instant();
        for (Objective objective : objectives) {
            BurnRates rates = BurnRates.of(objective);
            all.computeIfAbsent(objective.model(), model -> new ArrayList<>()).add(rates);
            try {
                recorder.objective(objective).ifPresent(rates::restore);
            } catch (EdgeException e) {
                onFailure.accept(e); // it begins anew
            }
        }
    }

    /** Begins to count the calls of a version. */
    void watch(VersionRef version, CallCounter calls) {
        if (all.containsKey(version.model())) {
            seen.put(version, calls.snapshot());
        }
    }

    void forget(VersionRef version) {
        seen.remove(version);
    }

    /** Counts what a version did since it was asked last. */
    void count(VersionRef version, CallCounter calls) {
        List<BurnRates> rates = all.get(version.model());
        LatencyRecorder.Snapshot before = seen.get(version);
        if (rates == null || before == null) {
            return;
        }
        LatencyRecorder.Snapshot now = calls.snapshot();
        LatencyHistogram news = now.since(before);
        seen.put(version, now);
        long most = 0;
        for (BurnRates each : rates) {
            Optional<Duration> within = each.objective().within();
            long good = within.map(limit -> news.below(limit.toNanos() + 1)).orElse(news.successes());
            long bad = within.isPresent() ? news.successes() - good : news.errors();
            each.add(clock.instant(), good, bad);
            most = Math.max(most, bad);
        }
        fresh.computeIfAbsent(version.model(), model -> new HashMap<>()).put(version, most);
    }

    /** Raises and ends alerts by what was counted. */
    void judge() {
        Instant now = clock.instant();
        fresh.forEach((model, versions) -> judge(model, versions, now));
        fresh.clear();
        if (Duration.between(kept, now).abs().compareTo(KEEP) >= 0) {
            kept = now;
            keep();
        }
    }

    private void judge(ModelId model, Map<VersionRef, Long> versions, Instant now) {
        List<ObjectiveStatus> status = status(model, now);
        double score = status.stream().mapToDouble(ObjectiveStatus::score).max().orElse(0);
        VersionRef culprit = blamed.get(model);
        if (culprit == null || !alerts.open(culprit, SignalKind.OBJECTIVE)) {
            culprit = versions.keySet().stream()
                    .filter(version -> alerts.open(version, SignalKind.OBJECTIVE)) // of an earlier run
                    .findFirst()
                    .or(() -> versions.entrySet().stream()
                            .max(Map.Entry.comparingByValue(Comparator.naturalOrder()))
                            .map(Map.Entry::getKey))
                    .orElseThrow();
            blamed.put(model, culprit);
        }
        alerts.update(culprit, SignalKind.OBJECTIVE, score, () -> sentence(status), AT_ONCE, now);
    }

    /** Keeps the counts. */
    void keep() {
        all.values()
                .forEach(rates ->
                        rates.forEach(each -> recorder.objective(each.objective(), each.save(), clock.instant())));
    }

    /** How all objectives stand, by model. */
    List<ObjectiveStatus> status() {
        Instant now = clock.instant();
        return all.keySet().stream()
                .sorted()
                .flatMap(model -> status(model, now).stream())
                .toList();
    }

    private List<ObjectiveStatus> status(ModelId model, Instant now) {
        return all.getOrDefault(model, List.of()).stream()
                .map(rates -> rates.status(now))
                .toList();
    }

    private static String sentence(List<ObjectiveStatus> status) {
        return status.stream()
                .filter(each -> each.worst().isPresent())
                .map(Objectives::sentence)
                .collect(Collectors.joining(" "));
    }

    private static String sentence(ObjectiveStatus status) {
        ObjectiveStatus.Burn burn = status.worst().orElseThrow();
        return String.format(
                Locale.ROOT,
                "Objective %s: bad calls come %.1f times as fast as it allows (%s: %.1f, %s: %.1f), %s.",
                status.objective(),
                Math.min(burn.longRate(), burn.shortRate()),
                hours(burn.rule().longWindow()),
                burn.longRate(),
                hours(burn.rule().shortWindow()),
                burn.shortRate(),
                left(status.budgetLeft()));
    }

    private static String left(double share) {
        return share >= 0
                ? String.format(Locale.ROOT, "%.1f %% of what it allows is left", 100 * share)
                : String.format(Locale.ROOT, "%.1f times what it allows is used up", 1 - share);
    }

    private static String hours(Duration window) {
        return window.toHours() >= 1 ? window.toHours() + " h" : window.toMinutes() + " min";
    }
}
