package io.edgeai.monitor;

import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import io.edgeai.monitor.advice.Advice;
import io.edgeai.monitor.advice.Advisor;
import io.edgeai.monitor.alert.Alert;
import io.edgeai.monitor.alert.AlertBook;
import io.edgeai.monitor.alert.Notifier;
import io.edgeai.monitor.alert.Silence;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.drift.DriftBasis;
import io.edgeai.monitor.drift.DriftReference;
import io.edgeai.monitor.drift.DriftVerdict;
import io.edgeai.monitor.estimate.AccuracyEstimator;
import io.edgeai.monitor.estimate.EstimateWatch;
import io.edgeai.monitor.health.Health;
import io.edgeai.monitor.history.MonitorHistory;
import io.edgeai.monitor.internal.ResourceWatch;
import io.edgeai.monitor.label.LabelJoin;
import io.edgeai.monitor.metric.LatencyTotals;
import io.edgeai.monitor.objective.ObjectiveStatus;
import io.edgeai.monitor.resource.ResourceProbe;
import io.edgeai.monitor.series.WatchedSeries;
import io.edgeai.monitor.window.Tier;
import io.edgeai.monitor.window.WindowSummary;
import io.edgeai.monitor.window.WindowTimer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Watches served versions and says how they do. Give {@link #factory()} to the endpoints; ask for {@link #health}, {@link
 * #windows} and {@link #alerts()}, or subscribe to {@code AlertRaised} on the event bus. A daemon thread closes the
 * windows; with {@link Builder#manualTicks()} the caller does, by {@link #tick()}. Thread-safe. Closing stops the thread
 * and keeps what is known; recorders go on counting.
 */
public final class EdgeMonitor implements AutoCloseable {
    private static final int RESOLVED_ALERTS = 1000;
    private static final int WAITING_LABELS = 100_000;
    private static final Duration LONGEST_WAIT = Duration.ofDays(7);

    private final WatchedVersions watches = new WatchedVersions(this::open);
    private final Clock clock;
    private final Ticker ticker;
    private final Duration window;
    private final FalseAlarmBudget budget;
    private final Set<SignalKind> signals;
    private final long seed;
    private final Consumer<RuntimeException> onFailure;
    private final OwnScorers own;
    private final Map<ModelId, DriftReference> references;
    private final AlertBook alerts;
    private final Recorder recorder;
    private final Notifier notifier;
    private final Announcer announcer;
    private final LabelJoin labels;
    private final Object ticking = new Object();
    private final ProcessResources resources;
    private final Neighbours neighbours;
    private final Objectives objectives;
    private final Rounds rounds;
    private final SeriesBook series;
    private final @Nullable ScheduledExecutorService scheduler;
    private volatile boolean closed;

    private EdgeMonitor(Builder builder) {
        this.clock = builder.clock;
        this.ticker = builder.ticker;
        this.window = builder.window;
        this.signals = builder.signals();
        this.budget = builder.budget().split(signals.size());
        this.seed = builder.seed;
        this.onFailure = builder.onFailure;
        this.own = builder.own().withDiscovered();
        this.references = Map.copyOf(builder.references());
        this.recorder = Recorder.open(builder.history, builder.historyBytes, builder.onFailure);
        this.notifier = builder.notices.build();
        this.announcer = new Announcer(builder.events);
        this.labels = new LabelJoin(clock, WAITING_LABELS, LONGEST_WAIT);
        this.alerts = new AlertBook(builder.events, RESOLVED_ALERTS, this::changed);
        this.resources = new ProcessResources(
                clock,
                ticker,
                builder.probe,
                new ResourceWatch(budget, window),
                alerts,
                signals.contains(SignalKind.RESOURCE),
                new WindowTimer(window.toNanos(), ticker.nanos()));
        this.neighbours = new Neighbours(watches.all(), window);
        this.objectives = new Objectives(builder.objectives(), clock, alerts, recorder, onFailure);
        this.rounds = new Rounds(
                watches, resources, neighbours, alerts, recorder, announcer, builder.onWindow, objectives, clock);
        this.series = new SeriesBook(
                builder.series(), own, builder.budget(), window, clock, ticker, alerts, recorder, notifier, onFailure);
        this.scheduler = builder.manual ? null : schedule();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A monitor with the defaults of {@link Builder}, which keeps its alerts to itself. */
    public static EdgeMonitor ofDefaults() {
        return builder().build();
    }

    /** What windows and alerts are dated by. */
    public Clock clock() {
        return clock;
    }

    /** Gives each served version its recorder. */
    public InferenceListener.Factory factory() {
        return new InferenceListener.Factory() {
            @Override
            public InferenceListener listen(VersionRef version) {
                return listener(version);
            }

            @Override
            public InferenceListener listen(VersionRef version, String device) {
                return watches.watch(version).recorder(device);
            }
        };
    }

    /** The recorder of a version; the same for the same version until it is forgotten. */
    public InferenceListener listener(VersionRef version) {
        return watches.watch(version).recorder();
    }

    /** Tells how many answers of a version whose labels arrived were right. */
    public void accuracy(VersionRef version, long correct, long total) {
        if (total < 0 || correct < 0 || correct > total) {
            throw new InvalidInputException("Correct answers (" + correct + ") are not in 0 to total (" + total + ").");
        }
        if (total > 0) {
            watches.watch(version).accuracy(correct, total);
        }
    }

    /**
     * Joins answers with labels that come later, by an id of the host's: {@code labels().answered(version, id, answer)} and
     * {@code labels().labelled(id, truth)}. Each tick takes what was joined as {@link #accuracy}. At most 100,000 wait, 7 days.
     */
    public LabelJoin labels() {
        return labels;
    }

    /** How a watched version does. */
    public Health health(VersionRef version) {
        return watches.known(version).health(resources.view());
    }

    /** How the worst watched version of a model does. */
    public Health health(String model) {
        return watches.known(model).stream()
                .map(watch -> watch.health(resources.view()))
                .min(Comparator.comparingDouble(health -> health.score().orElse(101)))
                .orElseThrow();
    }

    /** Closed windows of a watched version, oldest first: an hour of them. */
    public List<WindowSummary> windows(VersionRef version) {
        return windows(version, Tier.FINE);
    }

    /** Closed windows of a minute or more, oldest first: a day of them. */
    public List<WindowSummary> minutes(VersionRef version) {
        return windows(version, Tier.COARSE);
    }

    /** Closed windows of a tier, oldest first; of an earlier run too where there is a history. */
    public List<WindowSummary> windows(VersionRef version, Tier tier) {
        return watches.known(version).series().windows(tier);
    }

    /**
     * The devices that a watched version runs on, each with its closed windows of a tier, oldest first; empty as long as it runs
     * on one only. They begin with the second device, and no history keeps them.
     */
    public Map<String, List<WindowSummary>> devices(VersionRef version, Tier tier) {
        Map<String, List<WindowSummary>> windows = new TreeMap<>();
        watches.known(version).devices().forEach((device, series) -> windows.put(device, series.windows(tier)));
        return windows;
    }

    /** All inferences of a watched version since it is watched. */
    public LatencyTotals.Reading totals(VersionRef version) {
        return watches.known(version).totals();
    }

    /** Where the figures of a watched version are going: trends, forecasts, times until a threshold. */
    public VersionTrends trends(VersionRef version) {
        return new VersionTrends(minutes(version));
    }

    /**
     * Begins to estimate a version's accuracy from its sampled answers, without labels; replaces an earlier estimate.
     *
     * @param confidence of an answer, as in the rows that the estimator was fitted to
     * @throws InvalidInputException where neither drift of inputs nor of answers is among the signals
     */
    public EstimateWatch estimates(
            VersionRef version, AccuracyEstimator estimator, ToDoubleFunction<float[]> confidence) {
        return watches.watch(version).estimates(new EstimateWatch(estimator, confidence));
    }

    /**
     * Whether a version's latency is above its usual because the machine is slow: in their newest windows of 10 calls or
     * more, the other watched versions of this process are more than a tenth above theirs too, and by at least half of
     * what it is, in logarithms and in the middle of them. False where no other is watched.
     */
    public boolean slowAsOthers(VersionRef version) {
        return neighbours.sharedRise(version).isPresent();
    }

    /** The newest drift test of a watched version. */
    public Optional<DriftVerdict> drift(VersionRef version) {
        return watches.known(version).lastDrift();
    }

    /** What the next drift tests of a watched version compare with; empty before its first sample. */
    public Optional<DriftBasis> driftBasis(VersionRef version) {
        return watches.known(version).driftBasis();
    }

    /** From now on compares samples of a version with this; see {@link Builder#driftReference}. */
    public void driftReference(VersionRef version, DriftReference reference) {
        watches.watch(version).reference(reference);
    }

    /** From now on compares samples of a watched version with its next 1000: what it sees now is the new usual. */
    public void learnDriftAgain(VersionRef version) {
        watches.known(version).learnDriftAgain();
    }

    /** What to do about a watched version, the most points first; empty where the figures carry nothing. */
    public List<Advice> advice(VersionRef version) {
        return Advisor.advise(rounds.situation(version, watches.known(version)));
    }

    /** Samples of a watched version that were dropped because they came faster than windows closed. */
    public long droppedSamples(VersionRef version) {
        return watches.known(version).droppedSamples();
    }

    /** Pending, firing and the last 1000 resolved alerts, newest first. */
    public List<Alert> alerts() {
        return alerts.alerts();
    }

    /** The watched versions, in order. */
    public List<VersionRef> versions() {
        return watches.all().keySet().stream().sorted().toList();
    }

    /** Frees everything known of a version. */
    public void forget(VersionRef version) {
        watches.remove(version).ifPresent(VersionWatch::retire);
        objectives.forget(version);
        alerts.forget(version);
        notifier.forget(version);
        announcer.forget(version);
        labels.forget(version);
    }

    /**
     * A figure of the host's that is watched like a version's signals, from when it is first asked for: {@code
     * monitor.series("oven.temperature").record(412.5)}. It has a false-alarm budget as a version has. Alerts name it {@code
     * oven.temperature@1}, with {@link SignalKind#SERIES}.
     *
     * @param name as of a model: letters, digits, {@code . _ -}
     * @throws InvalidInputException for another name, or beyond 1000 series
     */
    public WatchedSeries series(String name) {
        return series.series(name);
    }

    /** The host's series, by name. */
    public List<WatchedSeries> series() {
        return series.all();
    }

    /** Frees everything known of a series. */
    public void forgetSeries(String name) {
        series.forget(name);
    }

    /** How the objectives stand, by model; see {@link Builder#objective}. */
    public List<ObjectiveStatus> objectives() {
        return objectives.status();
    }

    /** Says nothing of some alerts for a time, e.g. while a version is replaced. */
    public void silence(Silence silence) {
        notifier.silence(silence, clock.instant());
    }

    /** Closes the windows that are over and judges them. Calls before that do nothing. */
    public void tick() {
        if (closed) {
            throw new LifecycleException("The monitor is closed. Maybe build another one.");
        }
        labels.takeOutcomes()
                .forEach((version, outcomes) -> watches.watch(version).labels(outcomes));
        synchronized (ticking) {
            rounds.next();
            series.tick(ticker.nanos());
        }
        notifier.tick(clock.instant());
    }

    @Override
    public void close() {
        closed = true;
        if (scheduler != null) {
            scheduler.shutdownNow();
        }
        synchronized (ticking) {
            series.close();
            rounds.close();
            recorder.close();
        }
        notifier.close();
    }

    private void changed(Alert alert) {
        boolean watched = alert.signal() == SignalKind.SERIES
                ? series.watches(alert.version())
                : watches.contains(alert.version());
        if (watched) {
            recorder.alert(alert);
            notifier.changed(alert, clock.instant());
        }
    }

    private ScheduledExecutorService schedule() {
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(EdgeThreads.named("monitor"));
        long period = Math.max(1, Math.min(1000, window.toMillis() / 10));
        var unused = executor.scheduleAtFixedRate(this::tickSafely, period, period, TimeUnit.MILLISECONDS);
        return executor;
    }

    private void tickSafely() {
        try {
            if (!closed) {
                tick();
            }
        } catch (RuntimeException e) {
            onFailure.accept(e);
        }
    }

    private VersionWatch open(VersionRef version) {
        VersionWatch watch =
                new VersionWatch(version, signals, budget, window, clock, ticker, alerts, seed, own, onFailure);
        objectives.watch(version, watch.calls());
        Optional.ofNullable(references.get(version.model())).ifPresent(watch::reference);
        Instant now = clock.instant();
        recorder.restoreAdvice(version, announcer);
        recorder.restore(version, watch, alerts).forEach(alert -> notifier.restore(alert, now));
        return watch;
    }

    /**
     * Configures a monitor. By default: windows of 10 s, 0.1 false alarms a day and version shared evenly by the signals,
     * all signals, system clock and ticker, resources read from the JVM, its own daemon thread. Not thread-safe.
     */
    public static final class Builder extends WhatToWatch<Builder> {
        private Clock clock = Clock.systemUTC();
        private Ticker ticker = Ticker.system();
        private Duration window = Duration.ofSeconds(10);
        private ResourceProbe probe = ResourceProbe.jdk();
        private EventBus events = new EventBus((event, failure) -> {});
        private Consumer<RuntimeException> onFailure = failure -> System.getLogger(EdgeMonitor.class.getName())
                .log(System.Logger.Level.WARNING, "A tick of the monitor failed; the next one goes on.", failure);
        private final Notifier.Builder notices = Notifier.builder();
        private @Nullable Path history;
        private long historyBytes = MonitorHistory.DEFAULT_BYTES;
        private BiConsumer<VersionRef, WindowSummary> onWindow = (version, closed) -> {};
        private long seed = 1;
        private boolean manual;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /** Dates windows and alerts. */
        public Builder clock(Clock value) {
            this.clock = value;
            return this;
        }

        /** Measures windows. */
        public Builder ticker(Ticker value) {
            this.ticker = value;
            return this;
        }

        /** Where alerts are announced. */
        public Builder events(EventBus bus) {
            this.events = bus;
            return this;
        }

        /** Length of a window, 100 ms to 1 h. */
        public Builder window(Duration length) {
            if (length.toMillis() < 100 || length.compareTo(Duration.ofHours(1)) > 0) {
                throw new InvalidInputException(
                        "Window (" + length + ") is not in 100 ms to 1 h. Maybe use Duration.ofSeconds(10).");
            }
            this.window = length;
            return this;
        }

        /** Reads what the process uses. */
        public Builder resources(ResourceProbe value) {
            this.probe = value;
            return this;
        }

        /** Who is told of alerts and how: {@code n -> n.sink(AlertSink.log(logger)).maxPerHour(10)}. */
        public Builder notify(Consumer<Notifier.Builder> settings) {
            settings.accept(notices);
            return this;
        }

        /** {@link #history(Path, long)} of at most 32 MiB. */
        public Builder history(Path folder) {
            return history(folder, MonitorHistory.DEFAULT_BYTES);
        }

        /**
         * Records windows, alerts and health in a folder, and goes on from what is there: curves, what is usual, and alerts
         * that were open, which are not announced again. One monitor records in a folder; another one beside it tells
         * {@link #onFailure} and records nothing. Without it nothing is kept.
         *
         * @param maxBytes of all files, 1 MiB or more; the oldest go
         */
        public Builder history(Path folder, long maxBytes) {
            this.history = folder;
            this.historyBytes = maxBytes;
            return this;
        }

        /** Of random projections and permutation tests. */
        public Builder seed(long value) {
            this.seed = value;
            return this;
        }

        /** Receives what a scheduled tick threw, for example from a resource probe; logged by default. */
        public Builder onFailure(Consumer<RuntimeException> handler) {
            this.onFailure = handler;
            return this;
        }

        /** Hears of each closed fine window on the monitor's thread, e.g. {@code FlightRecording::window}. */
        public Builder onWindow(BiConsumer<VersionRef, WindowSummary> listener) {
            this.onWindow = listener;
            return this;
        }

        /** No thread: the caller calls {@link EdgeMonitor#tick()}. */
        public Builder manualTicks() {
            this.manual = true;
            return this;
        }

        public EdgeMonitor build() {
            return new EdgeMonitor(this);
        }
    }
}
