package io.edgeai.federated;

import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.QuorumNotReachedException;
import io.edgeai.federated.training.TrainedModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * Goes from round to round. Updates are combined in the order of selection, whoever finishes first, so the bits of the model
 * do not depend on threads, nor, with a journal, on how often the process died.
 */
final class RoundEngine {
    private static final long PATIENCE_MILLIS = 20;

    private final FederationPlan plan;
    private final BooleanSupplier cancelled;

    RoundEngine(FederationPlan plan, BooleanSupplier cancelled) {
        this.plan = plan;
        this.cancelled = cancelled;
    }

    FederatedRun run() {
        RunState state = new RunState(plan);
        plan.population().require(plan.needs());
        Path journal = plan.journal();
        try (RoundLog log = journal == null ? RoundLog.none() : JournalLog.open(journal, plan.fingerprint(), state)) {
            plan.resumed(state);
            run(state, log);
            state.members.expectAll(plan.population());
        } finally {
            plan.protection().end();
        }
        return new FederatedRun(plan.model(), state);
    }

    private void run(RunState state, RoundLog log) {
        plan.progress().update("rounds", state.rounds.size(), plan.rounds());
        if (!state.rounds.isEmpty() && owes(last(state))) {
            tell(state, log); // an earlier process ended before it could
        }
        while (state.rounds.size() < plan.rounds()) {
            long begin = plan.rules().pace().isZero() ? 0 : plan.ticker().nanos();
            RoundResult result;
            try {
                result = new Round(plan, state, log, cancelled).run();
            } catch (QuorumNotReachedException e) {
                log.committed(state);
                throw e;
            }
            state.completed(result);
            log.committed(state);
            tell(state, log);
            if (result.round() < plan.rounds() && !plan.rules().pace().isZero()) {
                keepPace(result.round(), begin);
            }
        }
    }

    private static RoundResult last(RunState state) {
        return state.rounds.get(state.rounds.size() - 1);
    }

    private boolean owes(RoundResult round) {
        SiteEvaluation sites = plan.sites();
        return sites != null && sites.after(round.round(), plan.rounds()) && round.sites() == null;
    }

    /** The last round is safe: participants measure its model where that is asked for, and everybody hears of it. */
    private void tell(RunState state, RoundLog log) {
        SiteEvaluation sites = plan.sites();
        if (sites != null && owes(last(state))) {
            Runnable checkCancelled = () -> checkCancelled(last(state).round());
            state.measured(
                    new SiteMeasurement(plan, sites, state, log, checkCancelled).run(), plan.evaluation() == null);
            log.committed(state);
        }
        RoundResult result = last(state);
        BiConsumer<RoundResult, TrainedModel> onModel = plan.onModel();
        if (onModel != null) {
            onModel.accept(result, new TrainedModel(plan.model(), state.served));
        }
        plan.onRound().accept(result);
        plan.progress().update("rounds", result.round(), plan.rounds());
    }

    private void checkCancelled(int round) {
        if (cancelled.getAsBoolean() || plan.progress().cancelled()) {
            throw new OperationCancelledException("The federated run was cancelled after round (" + round + ").");
        }
    }

    private void keepPace(int round, long begin) {
        long pace = plan.rules().pace().toNanos();
        long left = pace - (plan.ticker().nanos() - begin);
        if (left > 0) {
            plan.population().rest(Duration.ofNanos(left));
        }
        while (plan.ticker().nanos() - begin < pace) {
            checkCancelled(round);
            try {
                boolean unused = new CountDownLatch(1).await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new OperationCancelledException("The federated run was interrupted after round (" + round + ").");
            }
        }
    }
}
