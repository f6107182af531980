package io.edgeai.placement.deploy;

import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.deploy.RolloutEvent.Kind;
import io.edgeai.placement.deploy.RolloutReport.SiteState;
import io.edgeai.placement.deploy.RolloutReport.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Brings a deployment to its sites in waves. A wave begins when all sites done so far answer; releases that a target gave a
 * part of the requests get all of them once the gate of their wave said yes. Where more sites fail than
 * the budget allows, a gate says no, or it is cancelled, every site is put back to what it ran before. With a journal,
 * a roll-out whose process was killed goes on where it was: {@link #run} of the same deployment skips what is done, and
 * finishes an undoing that had begun. {@link #pause}, {@link #resume} and {@link #cancel} may be called from any
 * thread; run it once.
 */
public final class Rollout {
    private final Deployment deployment;
    private final Builder settings;
    private final RolloutControl control = new RolloutControl();

    private Rollout(Builder settings) {
        this.deployment = settings.deployment;
        this.settings = settings;
    }

    /**
     * Settings of a roll-out.
     *
     * @param targets by id of the site; the caller closes them
     * @throws InvalidInputException naming the sites without a target
     */
    public static Builder builder(Deployment deployment, Map<String, ? extends DeploymentTarget> targets) {
        return new Builder(deployment, targets);
    }

    /** Begins no further site until {@link #resume}; those that have begun go on. */
    public void pause() {
        control.pause();
    }

    public void resume() {
        control.resume();
    }

    /** Stops between two chunks and puts back every site that was touched. */
    public void cancel() {
        control.cancel();
    }

    /**
     * Does it, and returns when it is done or undone. Failures of sites are in the report; others are thrown. An
     * interrupt cancels it; the thread is interrupted again when all is put back.
     */
    public RolloutReport run() {
        AtomicBoolean interrupted = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(settings.parallelSites, EdgeThreads.named("rollout"));
        try (RolloutJournal journal = settings.journal == null
                ? RolloutJournal.inMemory()
                : RolloutJournal.open(settings.journal, deployment.id())) {
            SiteWork work = new SiteWork(deployment, settings, journal, control);
            Run run = new Run(journal, work, threads, interrupted);
            if (journal.rollback().isEmpty()) {
                run.forward();
            }
            if (!journal.rollback().isEmpty()) {
                run.back();
            }
            return run.report();
        } finally {
            threads.shutdownNow();
            if (interrupted.get()) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** One run with its journal. */
    private final class Run {
        private final RolloutJournal journal;
        private final SiteWork work;
        private final ExecutorService threads;
        private final AtomicBoolean interrupted;

        Run(RolloutJournal journal, SiteWork work, ExecutorService threads, AtomicBoolean interrupted) {
            this.journal = journal;
            this.work = work;
            this.threads = threads;
            this.interrupted = interrupted;
        }

        void forward() {
            List<String> all = List.copyOf(deployment.sites().keySet());
            each(
                    all.stream()
                            .filter(site -> journal.isFailed(site) && !journal.isAsBefore(site))
                            .toList(),
                    work::restore);
            if (settings.prefetch) {
                each(all, work::fetch);
                if (undo(tooMuch())) {
                    return;
                }
            }
            int number = 1;
            for (List<String> wave : deployment.waves(settings.shares)) {
                int now = number++;
                boolean fresh = !wave.stream().allMatch(journal::isDone);
                each(wave, site -> work.bring(site, now));
                if (fresh && tooMuch().isEmpty()) {
                    work.soak(settings.soak);
                }
                if (!control.cancelled()) {
                    each(all.stream().filter(journal::isDone).toList(), work::recheck);
                }
                String reason = tooMuch();
                if (reason.isEmpty() && !settings.gate.test(now)) {
                    reason = "the gate after wave (" + now + ") said no";
                }
                if (reason.isEmpty()) {
                    each(wave.stream().filter(journal::isDone).toList(), site -> work.promote(site, now));
                    reason = tooMuch();
                }
                if (undo(reason)) {
                    return;
                }
                settings.events.accept(new RolloutEvent(Kind.WAVE, "", now, wave.size() + " sites"));
            }
        }

        private String tooMuch() {
            if (control.cancelled()) {
                return "it was cancelled";
            }
            return journal.failures() > settings.failureBudget
                    ? "(" + journal.failures() + ") sites failed and the budget is (" + settings.failureBudget + "): "
                            + work.firstFailure()
                    : "";
        }

        private boolean undo(String reason) {
            if (!reason.isEmpty()) {
                journal.rollback(reason);
            }
            return !reason.isEmpty();
        }

        void back() {
            settings.events.accept(new RolloutEvent(Kind.ROLLING_BACK, "", 0, journal.rollback()));
            List<String> touched = deployment.sites().keySet().stream()
                    .filter(site -> !journal.isAsBefore(site))
                    .toList();
            each(touched, work::restore);
        }

        /** A step that throws stops those not begun; those under way end before it is thrown on. */
        private void each(List<String> sites, Consumer<String> step) {
            AtomicBoolean stopped = new AtomicBoolean();
            List<Future<?>> all = new ArrayList<>();
            for (String site : sites) {
                all.add(threads.submit(() -> {
                    if (stopped.get()) {
                        return;
                    }
                    try {
                        step.accept(site);
                    } catch (RuntimeException | Error e) {
                        stopped.set(true);
                        throw e;
                    }
                }));
            }
            Throwable first = null;
            for (Future<?> one : all) {
                Throwable failure = failure(one);
                first = first == null ? failure : first;
            }
            if (first instanceof RuntimeException known) {
                throw known;
            }
            if (first != null) {
                throw new IllegalStateException(first);
            }
        }

        /** Waits for the end; an interrupt is kept aside, as an interrupted thread could not write the journal. */
        private @Nullable Throwable failure(Future<?> step) {
            while (true) {
                try {
                    step.get();
                    hearInterrupt(Thread.interrupted());
                    return null;
                } catch (ExecutionException e) {
                    hearInterrupt(Thread.interrupted());
                    return e.getCause();
                } catch (InterruptedException e) {
                    hearInterrupt(true);
                }
            }
        }

        private void hearInterrupt(boolean heard) {
            if (heard) {
                control.cancel();
                interrupted.set(true);
            }
        }

        RolloutReport report() {
            SortedMap<String, SiteState> sites = new TreeMap<>();
            for (String site : deployment.sites().keySet()) {
                sites.put(site, state(site));
            }
            Status status = journal.rollback().isEmpty() ? Status.COMPLETED : Status.ROLLED_BACK;
            return new RolloutReport(status, journal.rollback(), sites, work.sent());
        }

        private SiteState state(String site) {
            boolean undone = !journal.rollback().isEmpty() || journal.isFailed(site);
            if (journal.isDone(site) && !undone) {
                return SiteState.DONE;
            }
            if (!journal.isTouched(site)) {
                return journal.isFailed(site) ? SiteState.RESTORED : SiteState.UNTOUCHED;
            }
            return journal.isAsBefore(site) ? SiteState.RESTORED : SiteState.LOST;
        }
    }

    /**
     * Collects settings. Defaults: waves of 10 %, 50 % and all sites, no failed site allowed, 60 s to answer asked
     * every 500 ms, no time to soak, no further gate, artifacts sent before the first wave, 4 sites at a time, no journal. Not
     * thread-safe.
     */
    public static final class Builder {
        final Deployment deployment;
        final Map<String, DeploymentTarget> targets;
        List<Double> shares = List.of(0.1, 0.5, 1.0);
        int failureBudget;
        Duration healthyWithin = Duration.ofSeconds(60);
        Duration healthEvery = Duration.ofMillis(500);
        Predicate<Integer> gate = wave -> true;
        Duration soak = Duration.ZERO;
        boolean prefetch = true;
        int parallelSites = 4;

        @Nullable
        Path journal;

        Consumer<RolloutEvent> events = event -> {};
        Ticker ticker = Ticker.system();

        @Nullable
        LongConsumer waiting;

        private Builder(Deployment deployment, Map<String, ? extends DeploymentTarget> targets) {
            this.deployment = deployment;
            this.targets = Map.copyOf(targets);
            List<String> missing = deployment.sites().keySet().stream()
                    .filter(site -> !targets.containsKey(site))
                    .toList();
            if (!missing.isEmpty()) {
                throw new InvalidInputException(
                        "Sites " + missing + " have no target. Maybe add their agents' addresses.");
            }
        }

        /** Cumulative shares of all sites, rising, the last one 1. */
        public Builder waves(double... cumulative) {
            List<Double> rising = new ArrayList<>();
            double last = 0;
            for (double share : cumulative) {
                if (!(share > last && share <= 1)) {
                    throw new InvalidInputException("Wave shares must rise from above 0 to 1; (" + share + ") follows ("
                            + last + "). Maybe waves(0.1, 0.5, 1).");
                }
                rising.add(share);
                last = share;
            }
            if (last != 1) {
                throw new InvalidInputException("The last wave's share is (" + last + "). Maybe end with 1.");
            }
            this.shares = rising;
            return this;
        }

        /** Failed sites at which the roll-out still goes on. */
        public Builder failureBudget(int sites) {
            if (sites < 0) {
                throw new InvalidInputException("Failure budget (" + sites + ") is negative.");
            }
            this.failureBudget = sites;
            return this;
        }

        /** How long a site may take until its services answer, and how often they are asked. */
        public Builder health(Duration within, Duration every) {
            if (within.isNegative() || every.isNegative() || every.isZero()) {
                throw new InvalidInputException(
                        "Health within (" + within + ") every (" + every + ") must be positive times.");
            }
            this.healthyWithin = within;
            this.healthEvery = every;
            return this;
        }

        /** How long a wave runs, with all sites done so far, before they and the gate are asked; default 0. */
        public Builder soak(Duration time) {
            if (time.isNegative() || time.compareTo(Duration.ofDays(365)) > 0) {
                throw new InvalidInputException("A soak time of (" + time + ") is not in 0 to 365 days.");
            }
            this.soak = time;
            return this;
        }

        /** Asked after each wave with its number, from 1; false undoes everything. */
        public Builder gate(Predicate<Integer> goesOn) {
            this.gate = goesOn;
            return this;
        }

        /** Whether all sites get their artifacts before the first one changes. */
        public Builder prefetch(boolean first) {
            this.prefetch = first;
            return this;
        }

        /** Sites worked on at a time, 1 to 256. */
        public Builder parallelSites(int count) {
            if (count < 1 || count > 256) {
                throw new InvalidInputException("Sites at a time (" + count + ") are not in 1 to 256.");
            }
            this.parallelSites = count;
            return this;
        }

        /** Where progress is kept across processes. */
        public Builder journal(Path file) {
            this.journal = file;
            return this;
        }

        /** Hears of each step, on the thread that does it. */
        public Builder onEvent(Consumer<RolloutEvent> listener) {
            this.events = listener;
            return this;
        }

        /** Measures the time to answer, and waits; for tests on virtual time. */
        public Builder time(Ticker now, LongConsumer waitNanos) {
            this.ticker = now;
            this.waiting = waitNanos;
            return this;
        }

        public Rollout build() {
            return new Rollout(this);
        }
    }
}
