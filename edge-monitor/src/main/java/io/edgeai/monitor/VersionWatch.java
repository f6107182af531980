package io.edgeai.monitor;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.alert.AlertBook;
import io.edgeai.monitor.alert.AlertPolicy;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.drift.DriftBasis;
import io.edgeai.monitor.drift.DriftReference;
import io.edgeai.monitor.drift.DriftReport;
import io.edgeai.monitor.drift.DriftVerdict;
import io.edgeai.monitor.drift.DriftWatch;
import io.edgeai.monitor.drift.SampleQueue;
import io.edgeai.monitor.estimate.EstimateWatch;
import io.edgeai.monitor.health.Health;
import io.edgeai.monitor.internal.AccuracyWatch;
import io.edgeai.monitor.internal.ConceptWatch;
import io.edgeai.monitor.internal.DriftSignals;
import io.edgeai.monitor.internal.LatencyRise;
import io.edgeai.monitor.internal.SignalView;
import io.edgeai.monitor.internal.SignalWatch;
import io.edgeai.monitor.label.Outcomes;
import io.edgeai.monitor.metric.CallCounter;
import io.edgeai.monitor.metric.DeviceRecorders;
import io.edgeai.monitor.metric.LatencyRecorder;
import io.edgeai.monitor.metric.LatencyTotals;
import io.edgeai.monitor.metric.Share;
import io.edgeai.monitor.resource.ResourceReading;
import io.edgeai.monitor.window.Tier;
import io.edgeai.monitor.window.WindowSeries;
import io.edgeai.monitor.window.WindowSummary;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Everything the monitor knows of one version. Thread-safe. */
final class VersionWatch {
    private static final int QUEUE = 1024;
    private static final Set<SignalKind> LASTING =
            Set.of(SignalKind.THROUGHPUT, SignalKind.ACCURACY, SignalKind.CONCEPT_DRIFT);

    private final VersionRef version;
    private final AlertBook alerts;
    private final Clock clock;
    private final SampleQueue samples = new SampleQueue(QUEUE);
    private final DeviceRecorders recorders;
    private final Map<String, WindowSeries> devices = new TreeMap<>();
    private final Duration window;
    private final LatencyTotals totals;
    private final WindowSeries series;
    private final Set<SignalKind> signals;
    private final VersionSignals every;
    private final List<SignalWatch> watches;
    private final DriftWatch drift;
    private final AccuracyWatch accuracy;
    private final ConceptWatch concept;
    private final Ticker ticker;
    private final SplittableRandom orders;
    private final Map<SignalKind, SignalView> views = new EnumMap<>(SignalKind.class);
    private Optional<DriftVerdict> lastDrift = Optional.empty();
    private List<SignalView> judged = List.of();
    private Optional<DriftVerdict> tested = Optional.empty();
    private final Consumer<RuntimeException> onFailure;
    private boolean strangeTold;
    private boolean idle = true;
    private boolean labelled;
    private volatile boolean retired;

    VersionWatch(
            VersionRef version,
            Set<SignalKind> signals,
            FalseAlarmBudget budget,
            Duration window,
            Clock clock,
            Ticker ticker,
            AlertBook alerts,
            long seed,
            OwnScorers own,
            Consumer<RuntimeException> onFailure) {
        this.version = version;
        this.signals = signals;
        this.alerts = alerts;
        this.clock = clock;
        boolean sampled = signals.contains(SignalKind.DATA_DRIFT) || signals.contains(SignalKind.PREDICTION_DRIFT);
        this.window = window;
        this.recorders = new DeviceRecorders(() -> sampled ? new LatencyRecorder(samples) : new LatencyRecorder());
        this.totals = new LatencyTotals(recorders);
        this.series = new WindowSeries(recorders, window, clock, ticker);
        this.every = new VersionSignals(version, signals, budget, window, own, onFailure);
        this.watches = every.all();
        this.drift = new DriftWatch(samples, budget, seed);
        this.onFailure = onFailure;
        this.accuracy = new AccuracyWatch(budget, window);
        this.concept = new ConceptWatch(budget, window);
        this.ticker = ticker;
        this.orders = new SplittableRandom(seed);
        for (SignalKind signal : signals) {
            views.put(signal, SignalView.unknown(signal, "No data yet."));
        }
    }

    /** The recorder of who does not say on which device it runs. */
    LatencyRecorder recorder() {
        return recorders.of("");
    }

    LatencyRecorder recorder(String device) {
        return recorders.of(device);
    }

    /** What was counted on all devices. */
    CallCounter calls() {
        return recorders;
    }

    /** The windows of each device, where the version runs on several. */
    synchronized Map<String, WindowSeries> devices() {
        return new TreeMap<>(devices);
    }

    LatencyTotals.Reading totals() {
        return totals.read();
    }

    WindowSeries series() {
        return series;
    }

    /** From now on a judgement that is still under way leaves no alert behind. */
    void retire() {
        retired = true;
    }

    long droppedSamples() {
        return samples.dropped();
    }

    synchronized EstimateWatch estimates(EstimateWatch watch) {
        if (!watchesDrift()) {
            throw new InvalidInputException("Answers of (" + version + ") are not sampled with signals " + signals
                    + ". Maybe add SignalKind.PREDICTION_DRIFT to the monitor's signals.");
        }
        drift.answers(watch::answer);
        return watch;
    }

    synchronized void reference(DriftReference data) {
        drift.reference(data);
        strangeTold = false;
    }

    synchronized void learnDriftAgain() {
        drift.learnAgain();
    }

    synchronized Optional<DriftBasis> driftBasis() {
        return drift.basis();
    }

    synchronized void restoreDrift(byte[] state) {
        drift.restore(state);
    }

    /** The reference to keep; empty where there is none of its own. */
    synchronized Optional<byte[]> driftState() {
        return drift.save();
    }

    /** The reference to keep once it is complete. */
    synchronized Optional<byte[]> newDriftState() {
        return drift.becameComplete() ? drift.save() : Optional.empty();
    }

    synchronized Optional<DriftVerdict> lastDrift() {
        return lastDrift;
    }

    /**
     * Goes on from an earlier run: its windows stand before those of this one, what is missing in between is marked, and
     * the detectors see the last hour again, so that they know what is usual and what is not over, after the longer windows
     * before it, for what is usual in a week.
     */
    void restore(Map<Tier, List<WindowSummary>> earlier) {
        Instant now = clock.instant();
        earlier.forEach((tier, windows) -> {
            List<WindowSummary> whole = new ArrayList<>(windows);
            if (!windows.isEmpty()) {
                Instant end = windows.get(windows.size() - 1).end();
                if (end.isBefore(now)) {
                    whole.add(WindowSummary.absent(end, Duration.between(end, now)));
                }
            }
            series.restore(tier, whole);
        });
        synchronized (this) {
            for (WindowSummary window : seasons(earlier)) {
                watches.forEach(watch -> watch.recall(window));
            }
            for (WindowSummary window : earlier.getOrDefault(Tier.FINE, List.of())) {
                if (!window.gap()) {
                    watches.forEach(watch -> {
                        SignalView view = watch.update(window);
                        views.put(view.signal(), view);
                    });
                }
            }
        }
    }

    /** Of each time before the fine windows the finest that is left, oldest first, without gaps. */
    private static List<WindowSummary> seasons(Map<Tier, List<WindowSummary>> earlier) {
        List<WindowSummary> all = new ArrayList<>();
        Instant until = Instant.MAX;
        for (Tier tier : List.of(Tier.FINE, Tier.COARSE, Tier.LONG)) {
            Instant before = until;
            List<WindowSummary> older = earlier.getOrDefault(tier, List.of()).stream()
                    .filter(window -> !window.end().isAfter(before))
                    .toList();
            if (!older.isEmpty()) {
                until = older.get(0).start();
                all.addAll(0, tier == Tier.FINE ? List.of() : older);
            }
        }
        all.removeIf(WindowSummary::gap);
        return all;
    }

    /** Closes the window if it is over and judges it; what is found is shown by {@link #show}. */
    Map<Tier, WindowSummary> tick(ResourceReading resources, double joulesPerSecond) {
        Map<Tier, WindowSummary> closed = series.roll(resources, joulesPerSecond);
        rollDevices(resources, joulesPerSecond);
        WindowSummary fine = closed.get(Tier.FINE);
        if (fine != null) {
            totals.read();
            judge(fine);
        }
        return closed;
    }

    private synchronized void rollDevices(ResourceReading resources, double joulesPerSecond) {
        Map<String, LatencyRecorder> named = recorders.named();
        if (named.size() > 1) {
            named.forEach((device, recorder) ->
                    devices.computeIfAbsent(device, name -> new WindowSeries(recorder, window, clock, ticker)));
            devices.values().forEach(each -> each.roll(resources, joulesPerSecond));
        }
    }

    void accuracy(long correct, long total) {
        Outcomes drawn;
        synchronized (this) {
            drawn = Outcomes.drawn(correct, total, orders);
        }
        labels(drawn);
    }

    void labels(Outcomes news) {
        Share share = news.share();
        SignalView right;
        SignalView drifted;
        synchronized (this) {
            right = accuracy.update(share.hits(), share.total(), ticker.nanos());
            drifted = concept.labels(news, ticker.nanos());
            labelled = true;
            idle = false;
        }
        show(right, AlertPolicy.immediate());
        show(drifted, AlertPolicy.immediate());
    }

    /** What is known of labels, to keep; empty where none came or nobody asks for it. */
    synchronized Optional<byte[]> conceptState() {
        return signals.contains(SignalKind.CONCEPT_DRIFT) ? concept.save() : Optional.empty();
    }

    synchronized void restoreConcept(byte[] state) {
        concept.restore(state);
        views.replace(SignalKind.CONCEPT_DRIFT, concept.view());
    }

    /** How far latency is above its usual in the newest window, if that is watched and known. */
    synchronized Optional<LatencyRise> latencyRise() {
        return every.latencyRise();
    }

    /** Raises and ends the alerts of what the last tick found. */
    void show(Supplier<Optional<Double>> sharedRise) {
        List<SignalView> fresh;
        Optional<DriftVerdict> verdict;
        synchronized (this) {
            fresh = judged;
            verdict = tested;
            judged = List.of();
            tested = Optional.empty();
        }
        fresh.forEach(view -> show(excused(view, sharedRise), AlertPolicy.ofDefaults()));
        verdict.ifPresent(found -> {
            showDrift(SignalKind.DATA_DRIFT, found.inputs());
            showDrift(SignalKind.PREDICTION_DRIFT, found.outputs());
            show(compared(found), AlertPolicy.immediate());
        });
    }

    private synchronized SignalView compared(DriftVerdict verdict) {
        return concept.inputs(verdict);
    }

    private static SignalView excused(SignalView view, Supplier<Optional<Double>> sharedRise) {
        if (view.signal() != SignalKind.LATENCY || view.score() < 0.5) {
            return view;
        }
        return sharedRise
                .get()
                .map(ratio -> view.adding(String.format(
                        Locale.ROOT,
                        "The others here take %.1f times as long as usual too: maybe the machine is busy.",
                        ratio)))
                .orElse(view);
    }

    synchronized Health health(SignalView resource) {
        List<SignalView> all = new ArrayList<>(views.values());
        all.replaceAll(view -> view.signal() == SignalKind.RESOURCE ? resource : view);
        if (idle && all.stream().noneMatch(VersionWatch::outage)) {
            all.replaceAll(view -> SignalView.unknown(view.signal(), "No calls and no labels in the last window."));
        }
        return Health.of(
                version.toString(),
                clock.instant(),
                all.stream().map(SignalView::part).toList());
    }

    /** Calls stopped that used to come, or labels say that answers are wrong: no reason to know nothing. */
    private static boolean outage(SignalView view) {
        return LASTING.contains(view.signal()) && view.score() >= 0.5;
    }

    private synchronized void judge(WindowSummary window) {
        idle = window.count() == 0 && !labelled;
        labelled = false;
        if (!window.gap()) {
            judged = watches.stream().map(watch -> watch.update(window)).toList();
        }
        if (watchesDrift()) {
            tested = drift.update(clock.instant());
            lastDrift = tested.isPresent() ? tested : lastDrift;
            tellStrange();
        }
    }

    /** Once, where samples are not as long as a reference that was given or kept: nothing would ever be tested. */
    private void tellStrange() {
        if (drift.skipped() > 0 && !strangeTold) {
            strangeTold = true;
            onFailure.accept(new InvalidInputException("Samples of (" + version + ") are of another length than the"
                    + " reference, " + drift.basis().map(DriftBasis::origin).orElse("")
                    + ", and are not compared with it. Maybe give one of this version's inputs and answers."));
        }
    }

    private boolean watchesDrift() {
        return signals.contains(SignalKind.DATA_DRIFT) || signals.contains(SignalKind.PREDICTION_DRIFT);
    }

    private void showDrift(SignalKind signal, DriftReport report) {
        if (signals.contains(signal) && !report.columns().isEmpty()) {
            show(DriftSignals.view(signal, report), AlertPolicy.immediate());
        }
    }

    private void show(SignalView view, AlertPolicy policy) {
        synchronized (this) {
            if (!signals.contains(view.signal())) {
                return;
            }
            views.put(view.signal(), view);
        }
        Instant now = clock.instant();
        alerts.update(version, view.signal(), view.score(), view::sentence, policy, now);
        if (retired) {
            alerts.forget(version);
        }
    }
}
