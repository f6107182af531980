package io.edgeai.federated;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.federated.evaluation.ParticipantScore;
import io.edgeai.federated.evaluation.SiteFigures;
import io.edgeai.federated.training.Evaluation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks a sample of participants how good the model of a round is on their own data. Who was asked and what each answered is
 * written down, so that after a crash only those are asked who had not answered. Belongs to the coordinating thread;
 * participants answer on theirs.
 */
final class SiteMeasurement {
    private static final long SELECTION = -6;
    private static final long PATIENCE_MILLIS = 100;

    private final FederationPlan plan;
    private final SiteEvaluation how;
    private final RunState state;
    private final RoundLog log;
    private final Runnable checkCancelled;
    private final int round;
    private final Map<Integer, ParticipantScore> scores = new TreeMap<>();
    private final Map<Integer, SiteFigures.Missing> missing = new TreeMap<>();
    private final LinkedBlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private final Map<Integer, CompletableFuture<Optional<Evaluation>>> working = new HashMap<>();

    /** @param score null where there is none, for want of data where nothing failed */
    private record Arrival(int place, @Nullable Evaluation score, @Nullable Throwable failure) {}

    /** Of the model after the round that ended last. */
    SiteMeasurement(FederationPlan plan, SiteEvaluation how, RunState state, RoundLog log, Runnable checkCancelled) {
        this.plan = plan;
        this.how = how;
        this.state = state;
        this.log = log;
        this.checkCancelled = checkCancelled;
        this.round = state.rounds.size();
    }

    SiteFigures run() {
        state.members.refresh(plan.population().members());
        RoundLog.Measured before = log.measured();
        List<String> asked = before.asked();
        boolean sums = plan.protection() instanceof ProtectedRounds guarded && guarded.sums();
        if (sums && !asked.isEmpty()) {
            return SiteFigures.none(
                    asked.size(),
                    List.of(),
                    0,
                    "the coordinator ended while scores were added up, and two sums of nearly the same sites would tell one"
                            + " site's");
        }
        if (asked.isEmpty()) {
            asked = drawn();
            log.measuring(round, asked);
        }
        Broadcast model =
                Broadcast.of(state.served.clone(), null, plan.compression().models());
        long bytes = (model.codedBytes() > 0 ? model.codedBytes() : 4L * state.served.length) * asked.size();
        RoundTask task = RoundTask.measuring(round, model, plan.local(), Seeds.mix(plan.seed(), round, SELECTION));
        if (plan.protection() instanceof ProtectedRounds guarded && sums) {
            return new SummedScores(plan, guarded, state.members, task, checkCancelled).figures(asked, bytes, how);
        }
        scores.putAll(before.scores());
        before.missed().forEach((place, reason) -> missing.put(place, before.missing(place, reason)));
        collect(task, asked);
        return SiteFigures.of(
                asked.size(), List.copyOf(scores.values()), List.copyOf(missing.values()), how.minimumReports(), bytes);
    }

    /** Ids of a uniform sample of those that are there, in the order of their numbers. */
    private List<String> drawn() {
        int[] there = state.members.available();
        int wanted = how.participants() == 0 ? there.length : Math.min(how.participants(), there.length);
        SplittableRandom random = new SplittableRandom(Seeds.mix(plan.seed(), round, SELECTION));
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < there.length && ids.size() < wanted; i++) {
            if (random.nextInt(there.length - i) < wanted - ids.size()) {
                ids.add(state.members.id(there[i]));
            }
        }
        return ids;
    }

    private void collect(RoundTask task, List<String> asked) {
        long begin = plan.ticker().nanos();
        int begun = 0;
        try {
            while (begun < asked.size() || !working.isEmpty()) {
                while (begun < asked.size() && working.size() < plan.window()) {
                    begin(begun, asked.get(begun), task);
                    begun++;
                }
                long left = how.window().toNanos() - (plan.ticker().nanos() - begin);
                Arrival one = left <= 0 ? arrivals.poll() : poll(left);
                if (one != null) {
                    accept(one, asked.get(one.place()));
                } else if (left <= 0) {
                    break;
                }
                checkCancelled.run();
            }
        } finally {
            working.values().forEach(work -> work.cancel(false));
        }
        for (int i = 0; i < asked.size(); i++) {
            if (!scores.containsKey(i) && !missing.containsKey(i)) {
                missing.put(i, new SiteFigures.Missing(asked.get(i), "it did not answer within " + how.window()));
            }
        }
    }

    private void begin(int place, String id, RoundTask task) {
        if (scores.containsKey(place) || missing.containsKey(place)) {
            return;
        }
        checkCancelled.run();
        FederatedParticipant participant = state.members.find(state.members.number(id));
        if (participant == null) {
            participant = plan.population()
                    .expect(id, state.members.samples(state.members.number(id)))
                    .orElse(null);
        }
        if (participant == null) {
            miss(place, id, "it did not come back after a restart");
            return;
        }
        Executor executor = plan.executor();
        CompletableFuture<Optional<Evaluation>> work =
                participant.measure(task, executor == null ? Runnable::run : executor);
        working.put(place, work);
        var unused = work.thenApply(score -> new Arrival(place, score.orElse(null), null))
                .exceptionally(failure -> new Arrival(place, null, failure))
                .thenAccept(arrivals::add);
    }

    private void accept(Arrival arrival, String id) {
        working.remove(arrival.place());
        Evaluation own = arrival.score();
        if (own == null) {
            Throwable failure = arrival.failure();
            miss(
                    arrival.place(),
                    id,
                    failure == null ? FederatedParticipant.KEEPS_NOTHING : Collection.problem(failure));
        } else {
            try {
                ParticipantScore checked = new ParticipantScore(id, own.samples(), own.accuracy(), own.loss());
                log.scored(arrival.place(), checked);
                scores.put(arrival.place(), checked);
            } catch (EdgeException e) {
                miss(arrival.place(), id, String.valueOf(e.getMessage()));
            }
        }
    }

    private void miss(int place, String id, String reason) {
        log.missed(place, reason);
        missing.put(place, new SiteFigures.Missing(id, reason));
    }

    private @Nullable Arrival poll(long nanos) {
        try {
            return arrivals.poll(Math.min(nanos, TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS)), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationCancelledException("The federated run was interrupted after round (" + round
                    + ") while participants measured its model.");
        }
    }
}
