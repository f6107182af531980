package io.edgeai.monitor;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.SignalKind;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.anomaly.spi.Scorer;
import io.edgeai.monitor.anomaly.spi.ScorerProvider;
import io.edgeai.monitor.drift.DriftReference;
import io.edgeai.monitor.objective.Objective;
import io.edgeai.monitor.series.SeriesSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The part of a monitor's settings that says what is watched and by whom. Not thread-safe.
 *
 * @param <B> the builder that it is a part of
 */
abstract class WhatToWatch<B extends WhatToWatch<B>> {
    private final OwnScorers own = new OwnScorers();
    private final Map<String, Consumer<SeriesSettings>> series = new LinkedHashMap<>();
    private final List<Objective> objectives = new ArrayList<>();
    private final Map<ModelId, DriftReference> references = new HashMap<>();
    private FalseAlarmBudget budget = FalseAlarmBudget.ofDefaults();
    private Set<SignalKind> signals = SignalKind.ofVersions();

    abstract B self();

    /** Alerts a day and version that are acceptable while nothing is wrong; above 0. */
    public B falseAlarmsPerDay(double perDay) {
        this.budget = new FalseAlarmBudget(perDay);
        return self();
    }

    /** What to watch of versions; at least one. {@code SERIES} and {@code OBJECTIVE} are asked for by themselves. */
    public B signals(Set<SignalKind> kinds) {
        Set<SignalKind> watched = SignalKind.ofVersions();
        watched.retainAll(kinds);
        if (watched.isEmpty()) {
            throw new InvalidInputException(
                    "Signals " + kinds + " hold none of a version's. Maybe use Set.of(SignalKind.LATENCY).");
        }
        this.signals = watched;
        return self();
    }

    /**
     * How a series of the host's is watched, from the start: {@code series("oven.temperature", s -> s.unit("°C"))}. Others
     * may be asked for later, with the defaults.
     */
    public B series(String name, Consumer<SeriesSettings> settings) {
        if (series.putIfAbsent(SeriesBook.subject(name).model().name(), settings) != null) {
            throw new InvalidInputException("Series (" + name + ") is there already. Maybe name it once.");
        }
        return self();
    }

    /**
     * A detector of the host's for a signal of every version, beside the built-in one: {@code
     * detector(SignalKind.LATENCY, "ramp", () -> row -> row.residual())}. Its scores are calibrated, and both share the
     * signal's part of the budget.
     *
     * @param signal {@code LATENCY} (rows are the p99 in nanoseconds), {@code THROUGHPUT} (calls a second) or {@code
     *     ERRORS} (failed share)
     * @param name for messages; each once a signal
     */
    public B detector(SignalKind signal, String name, Supplier<? extends Scorer> scorer) {
        own.add(signal, name, scorer);
        return self();
    }

    /** Detectors of a provider; those that {@link java.util.ServiceLoader} finds are there without. */
    public B detectors(ScorerProvider provider) {
        own.add(provider);
        return self();
    }

    /**
     * What samples of every version of a model are compared with: the training data. Without it the first 1000 that are
     * sampled, which a {@link EdgeMonitor.Builder#history} keeps over restarts.
     */
    public B driftReference(String model, DriftReference reference) {
        references.put(ModelId.of(model), reference);
        return self();
    }

    /**
     * A service-level objective of a model: {@code objective(Objective.errors("defects", 0.999))}. Alerts as {@link
     * SignalKind#OBJECTIVE} where it is used up too fast, by {@link io.edgeai.monitor.objective.BurnRule#WORKBOOK}; it has no
     * part in the false-alarm budget and in health.
     */
    public B objective(Objective objective) {
        boolean known = objectives.stream()
                .anyMatch(each ->
                        each.model().equals(objective.model()) && each.name().equals(objective.name()));
        if (known) {
            throw new InvalidInputException("Objective (" + objective.name() + ") of " + objective.model()
                    + " is there already. Maybe name it once.");
        }
        objectives.add(objective);
        return self();
    }

    FalseAlarmBudget budget() {
        return budget;
    }

    Set<SignalKind> signals() {
        return Set.copyOf(signals);
    }

    OwnScorers own() {
        return own;
    }

    Map<String, Consumer<SeriesSettings>> series() {
        return series;
    }

    List<Objective> objectives() {
        return objectives;
    }

    Map<ModelId, DriftReference> references() {
        return references;
    }
}
