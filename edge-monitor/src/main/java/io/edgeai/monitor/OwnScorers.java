package io.edgeai.monitor;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.anomaly.spi.Scorer;
import io.edgeai.monitor.anomaly.spi.ScorerProvider;
import io.edgeai.monitor.series.SeriesSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Supplier;

/** The host's detectors of signals and series, from the builder and from the class path. Immutable once built. */
final class OwnScorers {
    private static final Set<SignalKind> SIGNALS = Set.of(SignalKind.LATENCY, SignalKind.THROUGHPUT, SignalKind.ERRORS);

    private final Map<SignalKind, Map<String, Supplier<? extends Scorer>>> given = new EnumMap<>(SignalKind.class);
    private final List<ScorerProvider> providers = new ArrayList<>();

    void add(SignalKind signal, String name, Supplier<? extends Scorer> scorer) {
        if (!SIGNALS.contains(signal)) {
            throw new InvalidInputException("Signal (" + signal + ") takes no detector of yours. Maybe one of "
                    + SIGNALS.stream().sorted().toList() + ", or record the figure as a series.");
        }
        if (given.computeIfAbsent(signal, key -> new LinkedHashMap<>()).putIfAbsent(name, scorer) != null) {
            throw new InvalidInputException(
                    "Scorer (" + name + ") of " + signal + " is there already. Maybe give it another name.");
        }
    }

    void add(ScorerProvider provider) {
        providers.add(provider);
    }

    /**
     * These and those on the class path.
     *
     * @throws InvalidInputException where one there cannot be loaded
     */
    OwnScorers withDiscovered() {
        OwnScorers all = new OwnScorers();
        given.forEach((signal, scorers) -> scorers.forEach((name, scorer) -> all.add(signal, name, scorer)));
        all.providers.addAll(providers);
        try {
            ServiceLoader.load(ScorerProvider.class).forEach(all.providers::add);
        } catch (ServiceConfigurationError e) {
            throw new InvalidInputException(
                    "A detector on the class path cannot be loaded: " + e.getMessage()
                            + ". Maybe META-INF/services names a class that is not there.",
                    e);
        }
        return all;
    }

    /** Fresh detectors of a signal of a version, by name. */
    Map<String, Supplier<Scorer>> of(VersionRef version, SignalKind signal, Duration window) {
        Map<String, Supplier<Scorer>> all = new LinkedHashMap<>();
        if (SIGNALS.contains(signal)) {
            given.getOrDefault(signal, Map.of()).forEach((name, scorer) -> all.put(name, scorer::get));
            providers.forEach(provider -> provider.ofSignal(version, signal, window)
                    .ifPresent(scorer -> all.put(provider.name(), () -> scorer)));
        }
        return all;
    }

    /** Adds those that providers have for a series. */
    void join(String series, Duration window, SeriesSettings settings) {
        for (ScorerProvider provider : providers) {
            if (provider.ofSeries(series, window).isPresent()) {
                settings.pipeline(stages -> stages.scorer(
                        provider.name(), () -> provider.ofSeries(series, window).orElseThrow()));
            }
        }
    }
}
