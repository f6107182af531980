package io.edgeai.monitor.anomaly.spi;

import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import java.time.Duration;
import java.util.Optional;

/** Found on the class path of the tests; has something for one model and one series only. */
public final class ProvidedScorers implements ScorerProvider {
    public static final String SUBJECT = "provided-for";

    @Override
    public String name() {
        return "provided";
    }

    @Override
    public Optional<Scorer> ofSignal(VersionRef version, SignalKind signal, Duration window) {
        return version.model().name().equals(SUBJECT) && signal == SignalKind.THROUGHPUT
                ? Optional.of(Row::residual)
                : Optional.empty();
    }

    @Override
    public Optional<Scorer> ofSeries(String series, Duration window) {
        return series.equals(SUBJECT) ? Optional.of(row -> Math.abs(row.residual())) : Optional.empty();
    }
}
