package io.edgeai.federated;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.QuorumNotReachedException;
import io.edgeai.federated.strategy.Aggregator;
import io.edgeai.federated.strategy.ClientAlgorithm;
import io.edgeai.federated.strategy.ServerOptimizer;
import io.edgeai.federated.training.Evaluation;
import io.edgeai.federated.training.SgdSettings;
import io.edgeai.federated.training.Trainer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of one run. Updates are combined in the order of selection, whoever finishes first, so the bits of the model
 * do not depend on threads; at most twice the parallelism are in memory at once.
 */
final class RoundEngine {
    private static final long SELECTION = -1;
    private static final long STRAGGLERS = -2;
    private static final long PATIENCE_MILLIS = 100;

    private final FederationPlan plan;
    private final BooleanSupplier cancelled;
    private final ClientAlgorithm.Course course;
    private final ServerOptimizer.Steps server;
    private final double medianSamples;
    private final Trainer evaluator;
    private final float[] served;
    private final float[] model;

    RoundEngine(FederationPlan plan, BooleanSupplier cancelled) {
        this.plan = plan;
        this.cancelled = cancelled;
        this.model = plan.initialParameters();
        this.served = model.clone();
        this.course = plan.strategy().client().start();
        this.server = plan.strategy().server().start(model.length);
        this.evaluator = new Trainer(plan.model());
        int[] sizes = plan.participants().stream()
                .mapToInt(FederatedParticipant::samples)
                .sorted()
                .toArray();
        this.medianSamples = (sizes[(sizes.length - 1) / 2] + (double) sizes[sizes.length / 2]) / 2;
    }

    FederatedRun run() {
        List<RoundResult> rounds = new ArrayList<>();
        plan.progress().update("rounds", 0, plan.rounds());
        for (int round = 1; round <= plan.rounds(); round++) {
            RoundResult result = new Round(round).run();
            rounds.add(result);
            plan.onRound().accept(result);
            plan.progress().update("rounds", round, plan.rounds());
        }
        return new FederatedRun(plan.model(), served, model, rounds);
    }

    private void checkCancelled(int round) {
        if (cancelled.getAsBoolean() || plan.progress().cancelled()) {
            throw new OperationCancelledException("The federated run was cancelled in round (" + round + ").");
        }
    }

    /** An update, or why there is none. */
    private record Outcome(@Nullable Update update, String problem) {}

    /** One participant at work. */
    private record Pending(int participant, boolean partial, CompletableFuture<Outcome> outcome) {}

    private final class Round {
        private final int number;
        private final Aggregator.Accumulator accumulator;
        private final SgdSettings settings;
        private final Deque<Pending> pending = new ArrayDeque<>();
        private final List<ClientAlgorithm.ReportedLoss> losses = new ArrayList<>();
        private final List<RoundResult.Failure> failures = new ArrayList<>();
        private int reported;
        private int partial;
        private int dropped;

        Round(int number) {
            this.number = number;
            this.accumulator = plan.strategy().aggregator().start(model.length);
            SgdSettings local = plan.local();
            this.settings = local.mu(course.mu())
                    .learningRate(Math.max(
                            Double.MIN_NORMAL, local.learningRate() * Math.pow(plan.learningRateDecay(), number - 1)));
        }

        RoundResult run() {
            long begin = plan.ticker().nanos();
            int[] selected = plan.selection().select(number, plan.participants().size(), random(SELECTION));
            checkSelected(selected);
            int[] epochs = plan.stragglers().epochs(selected.length, settings.epochs(), random(STRAGGLERS));
            try {
                collect(selected, epochs);
            } finally {
                pending.forEach(work -> work.outcome().cancel(false));
            }
            if (reported < plan.minimumReports()) {
                throw new QuorumNotReachedException("Round " + number + " has (" + reported + ") usable updates of "
                        + selected.length + " participants, needs " + plan.minimumReports() + ": " + dropped
                        + " stragglers dropped, " + failures.size() + " failed" + firstFailure() + ".");
            }
            server.apply(model, accumulator.result());
            average();
            course.observe(losses);
            Evaluation evaluation = evaluate();
            long modelBytes = 4L * model.length;
            return new RoundResult(
                    number,
                    selected.length,
                    reported,
                    dropped,
                    partial,
                    failures,
                    settings.mu(),
                    evaluation == null ? Double.NaN : evaluation.accuracy(),
                    evaluation == null ? Double.NaN : evaluation.loss(),
                    modelBytes * selected.length,
                    modelBytes * reported,
                    (plan.ticker().nanos() - begin) / 1e9);
        }

        private void checkSelected(int[] selected) {
            BitSet seen = new BitSet();
            for (int participant : selected) {
                if (participant < 0 || participant >= plan.participants().size() || seen.get(participant)) {
                    throw new InvalidInputException("The selection of round " + number + " has participant ("
                            + participant + ") of " + plan.participants().size()
                            + ", which does not exist or is already selected.");
                }
                seen.set(participant);
            }
        }

        private void collect(int[] selected, int[] epochs) {
            int window = plan.parallelism() == 1 ? 1 : 2 * plan.parallelism();
            boolean keepsPartial = plan.strategy().client().keepsPartialWork();
            float[] shared = model.clone();
            for (int i = 0; i < selected.length; i++) {
                boolean slow = epochs[i] < settings.epochs();
                if (slow && !keepsPartial) {
                    dropped++;
                    continue;
                }
                if (pending.size() == window) {
                    take(pending.removeFirst());
                }
                checkCancelled(number);
                pending.add(begin(selected[i], slow, epochs[i], shared));
            }
            while (!pending.isEmpty()) {
                take(pending.removeFirst());
                checkCancelled(number);
            }
        }

        private Pending begin(int participant, boolean slow, int epochs, float[] shared) {
            FederatedParticipant who = plan.participants().get(participant);
            RoundTask task = new RoundTask(
                    number,
                    shared,
                    settings.epochs(epochs),
                    plan.strategy().client().needsInitialLoss(),
                    Seeds.mix(plan.seed(), number, participant));
            Executor executor = plan.executor();
            try {
                CompletableFuture<Outcome> outcome = executor == null
                        ? CompletableFuture.completedFuture(fit(who, task))
                        : CompletableFuture.supplyAsync(() -> fit(who, task), executor);
                return new Pending(participant, slow, outcome);
            } catch (RejectedExecutionException e) {
                throw new LifecycleException(
                        "The executor refuses participant (" + who.id() + "). Maybe it was shut down.", e);
            }
        }

        private Outcome fit(FederatedParticipant participant, RoundTask task) {
            try {
                Update update = participant.fit(task);
                String problem = update == null ? "it sent no update" : problem(update);
                return new Outcome(update, problem);
            } catch (RuntimeException e) {
                return new Outcome(null, e.toString());
            }
        }

        private String problem(Update update) {
            float[] values = update.parameters();
            if (values.length != model.length) {
                return "its update has (" + values.length + ") parameters, not " + model.length;
            }
            for (int i = 0; i < values.length; i++) {
                if (!Float.isFinite(values[i])) {
                    return "parameter " + i + " of its update is (" + values[i] + ")";
                }
            }
            return "";
        }

        private void take(Pending work) {
            Outcome outcome = await(work);
            Update update = outcome.update();
            if (update == null || !outcome.problem().isEmpty()) {
                failures.add(new RoundResult.Failure(
                        plan.participants().get(work.participant()).id(), outcome.problem()));
                return;
            }
            accumulator.add(update.parameters(), plan.strategy().weighting().weight(update.samples(), medianSamples));
            reported++;
            partial += work.partial() ? 1 : 0;
            if (Double.isFinite(update.initialLoss())) {
                losses.add(
                        new ClientAlgorithm.ReportedLoss(work.participant(), update.samples(), update.initialLoss()));
            }
        }

        private Outcome await(Pending work) {
            while (true) {
                try {
                    return work.outcome().get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    checkCancelled(number);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new OperationCancelledException("The federated run was interrupted in round (" + number
                            + ") while it waited for participant ("
                            + plan.participants().get(work.participant()).id() + ").");
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof Error error) {
                        throw error;
                    }
                    throw new IllegalStateException(e.getCause());
                }
            }
        }

        private void average() {
            double decay = Math.min(plan.strategy().servedAverage(), (number - 1) / (number + 4.0));
            for (int i = 0; i < served.length; i++) {
                served[i] = decay == 0 ? model[i] : (float) (decay * served[i] + (1 - decay) * model[i]);
            }
        }

        private @Nullable Evaluation evaluate() {
            FederationPlan.EvaluationPlan evaluation = plan.evaluation();
            return evaluation != null && (number % evaluation.everyRounds() == 0 || number == plan.rounds())
                    ? evaluator.evaluate(served, evaluation.set())
                    : null;
        }

        private SplittableRandom random(long purpose) {
            return new SplittableRandom(Seeds.mix(plan.seed(), number, purpose));
        }

        private String firstFailure() {
            return failures.isEmpty()
                    ? ""
                    : " (the first, " + failures.get(0).participant() + ": "
                            + failures.get(0).reason() + ")";
        }
    }
}
