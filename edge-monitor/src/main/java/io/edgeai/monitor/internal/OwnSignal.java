package io.edgeai.monitor.internal;

import io.edgeai.core.model.SignalKind;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.anomaly.series.OwnDetectors;
import io.edgeai.monitor.anomaly.spi.Scorer;
import io.edgeai.monitor.window.WindowSummary;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** A signal that detectors of a host's watch beside the built-in one; all share its budget, and the loudest speaks. */
public final class OwnSignal implements SignalWatch {
    private static final double LEAST_VALUE = 0.5; // of health, where only the host's detector alerts

    private final SignalKind signal;
    private final SignalWatch builtIn;
    private final OwnDetectors own;
    private final Consumer<RuntimeException> onFailure;
    private double held;

    private OwnSignal(SignalKind signal, SignalWatch builtIn, OwnDetectors own, Consumer<RuntimeException> onFailure) {
        this.signal = signal;
        this.builtIn = builtIn;
        this.own = own;
        this.onFailure = onFailure;
    }

    /**
     * The built-in watch alone where a host has no detector.
     *
     * @param scorers by name
     * @param budget of the signal
     * @param builtIn given its share of the budget
     */
    public static SignalWatch beside(
            SignalKind signal,
            Map<String, Supplier<Scorer>> scorers,
            FalseAlarmBudget budget,
            Duration window,
            Function<FalseAlarmBudget, ? extends SignalWatch> builtIn,
            Consumer<RuntimeException> onFailure) {
        if (scorers.isEmpty()) {
            return builtIn.apply(budget);
        }
        FalseAlarmBudget share = budget.split(scorers.size() + 1);
        FalseAlarmBudget theirs = new FalseAlarmBudget(share.perDay() * scorers.size());
        return new OwnSignal(signal, builtIn.apply(share), OwnDetectors.of(theirs, window, scorers), onFailure);
    }

    @Override
    public void recall(WindowSummary earlier) {
        builtIn.recall(earlier);
    }

    @Override
    public SignalView update(WindowSummary window) {
        SignalView view = builtIn.update(window);
        double fresh = score(window);
        double score = Math.max(fresh, held); // an alert is one window of the detector's, and two to be confirmed
        held = fresh >= 0.5 ? fresh : 0;
        if (score < 0.5 || score <= view.score()) {
            return new SignalView(signal, Math.max(view.score(), score), view.sentence(), view.value());
        }
        return new SignalView(
                signal,
                score,
                Words.format("Detector %s finds it unusual: %s.", own.loudest(), words(window)),
                Double.isNaN(view.value()) ? LEAST_VALUE : Math.min(LEAST_VALUE, view.value()));
    }

    private double score(WindowSummary window) {
        try {
            return own.update(window.start().toEpochMilli(), figure(window));
        } catch (RuntimeException e) {
            onFailure.accept(e);
            return 0;
        }
    }

    private double figure(WindowSummary window) {
        return switch (signal) {
            case LATENCY -> window.p99Nanos();
            case THROUGHPUT -> window.throughputPerSecond();
            default -> window.errorRate();
        };
    }

    private String words(WindowSummary window) {
        return switch (signal) {
            case LATENCY -> "p99 latency " + Words.nanos(window.p99Nanos());
            case THROUGHPUT -> Words.format("%.1f calls a second", window.throughputPerSecond());
            default -> Words.percent(window.errorRate()) + " of calls failed";
        };
    }
}
