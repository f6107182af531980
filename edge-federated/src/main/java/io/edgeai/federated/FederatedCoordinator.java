package io.edgeai.federated;

import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.privacy.Privacy;
import io.edgeai.federated.secagg.SecureAggregation;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.selection.Stragglers;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Strategy;
import io.edgeai.federated.training.LocalModel;
import io.edgeai.federated.training.SgdSettings;
import io.edgeai.federated.training.TrainedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Trains one model over many participants: in each round it selects some, sends them the parameters, and combines what
 * they send back. The same plan and seed give the same bits whatever the number of threads. Reusable and thread-safe as
 * far as its participants are: each run begins anew.
 *
 * <pre>{@code
 * FederatedRun run = FederatedCoordinator.builder()
 *         .model(DenseNetwork.softmax(784, 10))
 *         .data(users)
 *         .strategy(Strategies.fedAdam())
 *         .selection(Selection.count(10))
 *         .rounds(100)
 *         .evaluation(test, 10)
 *         .build()
 *         .run();
 * }</pre>
 */
public final class FederatedCoordinator {
    private final FederationPlan plan;

    private FederatedCoordinator(FederationPlan plan) {
        this.plan = plan;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Runs all rounds; participants work on the calling thread unless there is an executor.
     *
     * @throws io.edgeai.core.error.QuorumNotReachedException where a round has too few usable updates
     * @throws io.edgeai.core.error.OperationCancelledException where progress asks to stop, or the thread is interrupted
     *     while it waits for participants
     */
    public FederatedRun run() {
        return run(() -> false);
    }

    private FederatedRun run(BooleanSupplier cancelled) {
        Buffering buffering = plan.buffering();
        return buffering == null
                ? new RoundEngine(plan, cancelled).run()
                : new BufferedEngine(plan, buffering, cancelled).run();
    }

    /**
     * Names the run that this plan and its journal are: the same in every process that goes on with it, another for another
     * plan or file. Empty without a journal.
     */
    public String identity() {
        return plan.identity();
    }

    /** Everybody that may be asked, e.g. for {@link FederatedScores}. */
    public Population population() {
        return plan.population();
    }

    /** What a user of this plan should know, each with its repair; empty where there is nothing to say. */
    public List<String> warnings() {
        return plan.strategy().warnings();
    }

    /**
     * {@link #run()} on a thread of its own. Cancelling the future stops the run: before its next participant, and
     * with an executor also while it waits for one.
     */
    public CompletableFuture<FederatedRun> start() {
        CompletableFuture<FederatedRun> future = new CompletableFuture<>();
        Runnable work = () -> {
            try {
                future.complete(run(future::isDone));
            } catch (RuntimeException | Error e) {
                future.completeExceptionally(e);
            }
        };
        EdgeThreads.named("federated").newThread(work).start();
        return future;
    }

    /** Collects a plan; not thread-safe. */
    public static final class Builder {
        private static final int MOST_AT_ONCE = 100_000;
        private static final RoundProtection NONE = RoundProtection.none();

        private @Nullable LocalModel model;
        private float @Nullable [] initial;
        private final Crowd crowd = new Crowd();
        private @Nullable Strategy strategy;
        private @Nullable Selection selection;
        private Stragglers stragglers = Stragglers.none();
        private SgdSettings local = SgdSettings.defaults();
        private double learningRateDecay = 1;
        private int rounds = 100;
        private RoundRules rules = RoundRules.defaults();
        private @Nullable Buffering buffering;
        private RoundProtection protection = NONE;
        private Protections protections = new Protections(null, null);
        private Compression compression = Compression.NONE;
        private @Nullable Path journal;
        private @Nullable BiConsumer<RoundResult, TrainedModel> onModel;
        private BiConsumer<RoundResult, TrainedModel> onResume = (round, model) -> {};
        private BiConsumer<Integer, RoundPhase> onPhase = (round, phase) -> {};
        private long seed = 1;
        private @Nullable Executor executor;
        private int parallelism = 1;
        private FederationPlan.@Nullable EvaluationPlan evaluation;
        private @Nullable SiteEvaluation sites;
        private Progress progress = Progress.NONE;
        private Consumer<RoundResult> onRound = result -> {};
        private Ticker ticker = Ticker.system();

        private Builder() {}

        /** What is trained; required. */
        public Builder model(LocalModel architecture) {
            this.model = architecture;
            return this;
        }

        /** Where training begins; default {@link LocalModel#initialParameters} of the seed. All finite; copies. */
        public Builder initialParameters(float[] parameters) {
            for (int i = 0; i < parameters.length; i++) {
                if (!Float.isFinite(parameters[i])) {
                    throw new InvalidInputException("Initial parameter " + i + " (" + parameters[i]
                            + ") must be finite. Maybe it comes from a training that diverged.");
                }
            }
            this.initial = parameters.clone();
            return this;
        }

        /** Makes a participant in this process of each part of the data. */
        public Builder data(FederatedDataset parts) {
            crowd.data(parts);
            return this;
        }

        /** Adds a participant of your own; it is numbered after those of the data. */
        public Builder participant(FederatedParticipant participant) {
            crowd.add(participant);
            return this;
        }

        /** Default {@link Strategies#fedProxAdaptive()}. */
        public Builder strategy(Strategy whatToDo) {
            this.strategy = whatToDo;
            return this;
        }

        /** Default a tenth of the participants, uniformly. */
        public Builder selection(Selection who) {
            this.selection = who;
            return this;
        }

        /** Simulated slowness; default none. */
        public Builder stragglers(Stragglers slow) {
            this.stragglers = slow;
            return this;
        }

        /** All settings of local training at once; the proximal strength is the strategy's. */
        public Builder local(SgdSettings settings) {
            if (settings.mu() != 0) {
                throw new InvalidInputException("mu (" + settings.mu()
                        + ") of local settings has no effect. Maybe use Strategies.fedProx(mu).");
            }
            this.local = settings;
            return this;
        }

        /** Epochs of local training; default 1. */
        public Builder localEpochs(int epochs) {
            this.local = local.epochs(epochs);
            return this;
        }

        /** Batch size of local training; default 10. */
        public Builder batchSize(int samples) {
            this.local = local.batchSize(samples);
            return this;
        }

        /** Learning rate of local training; default 0.03. */
        public Builder learningRate(double rate) {
            this.local = local.learningRate(rate);
            return this;
        }

        /** Factor of the local learning rate from round to round, above 0 to 1; default 1. */
        public Builder learningRateDecay(double factor) {
            if (!(factor > 0 && factor <= 1)) {
                throw new InvalidInputException("learningRateDecay (" + factor + ") must be above 0 to 1.");
            }
            this.learningRateDecay = factor;
            return this;
        }

        /** Default 100. */
        public Builder rounds(int count) {
            if (count < 1) {
                throw new InvalidInputException("rounds (" + count + ") must be at least 1.");
            }
            this.rounds = count;
            return this;
        }

        /** Usable updates without which a round fails; default 1. */
        public Builder minimumReports(int count) {
            this.rules = rules.minimumReports(count);
            return this;
        }

        /** When a round begins, ends and counts; default {@link RoundRules#defaults()}. */
        public Builder rules(RoundRules all) {
            this.rules = all;
            return this;
        }

        /**
         * Without rounds: the model moves {@link #rounds} times, each time enough updates have come, and nobody waits for the
         * slowest. Of the rules {@code reportingWindow}, for one participant's work, and {@code maximumNorm} apply. The
         * default strategy is plain averaging that counts partial work. A {@link #journal} needs a {@link #population}. With
         * {@link #privacy} of central noise every movement is one release, in which a participant counts once at most.
         */
        public Builder asynchronous(Buffering how) {
            this.buffering = how;
            return this;
        }

        /** What stands between single updates and the model; default nothing. */
        public Builder protection(RoundProtection guard) {
            this.protection = guard;
            return this;
        }

        /**
         * Differential privacy of every participant; default none. Every update counts once, whatever the strategy weighs;
         * without a strategy of its own a run is plain averaging that counts partial work.
         */
        public Builder privacy(Privacy how) {
            this.protections = new Protections(how, protections.secure());
            return this;
        }

        /** The coordinator learns only sums of updates, by {@link SecureAggregation#defaults()}; default it sees each. */
        public Builder secureAggregation() {
            return secureAggregation(SecureAggregation.defaults());
        }

        /** The coordinator learns only sums of updates; participants in this process are simulated parties. */
        public Builder secureAggregation(SecureAggregation how) {
            this.protections = new Protections(protections.privacy(), how);
            return this;
        }

        /** {@link #compression(Codec, double)} with all that was left out sent later. */
        public Builder compression(Codec updates) {
            return compression(updates, 1);
        }

        /**
         * What updates are sent as; default float32.
         *
         * @param decay of what a codec left out and is sent with the next update, 0 to 1
         */
        public Builder compression(Codec updates, double decay) {
            this.compression = compression.updates(updates, decay);
            return this;
        }

        /**
         * What models are sent as, with the nearest of a codec's values; default float32. The model itself stays exact: what
         * participants change of the one they were sent is added to it.
         */
        public Builder models(Codec codec) {
            this.compression = compression.models(codec);
            return this;
        }

        /**
         * Participants that come and go, instead of those added one by one; numbered as they first appear. All of a round
         * work at once, each at its own place, unless there is an executor.
         */
        public Builder population(Population everybody) {
            crowd.population(everybody);
            if (executor == null) {
                this.executor = Runnable::run;
                this.parallelism = MOST_AT_ONCE;
            }
            return this;
        }

        /**
         * Writes each step of each round to a file, so that another process with the same plan goes on where this one was
         * killed: no acknowledged update is lost or counted twice. Default none. One run at a time has the file.
         */
        public Builder journal(Path file) {
            this.journal = file;
            return this;
        }

        /** Given the model to hand out after each committed round, on the coordinating thread before {@link #onRound}. */
        public Builder onModel(BiConsumer<RoundResult, TrainedModel> listener) {
            this.onModel = listener;
            return this;
        }

        /**
         * Told first, on the coordinating thread, where a run goes on from a journal: the last round of the process before, and
         * the model that was handed out then. {@link #onModel} may not have heard of it.
         */
        public Builder onResume(BiConsumer<RoundResult, TrainedModel> listener) {
            this.onResume = listener;
            return this;
        }

        /** Told each phase of each round on the coordinating thread. */
        public Builder onPhase(BiConsumer<Integer, RoundPhase> listener) {
            this.onPhase = listener;
            return this;
        }

        /** Seed of everything that is left to chance; default 1. */
        public Builder seed(long value) {
            this.seed = value;
            return this;
        }

        /**
         * Where participants work, at most {@code atOnce} at a time on average and up to twice as many updates in memory;
         * default the calling thread. The caller shuts it down.
         */
        public Builder executor(Executor threads, int atOnce) {
            if (atOnce < 1 || atOnce > MOST_AT_ONCE) {
                throw new InvalidInputException("parallelism (" + atOnce + ") must be 1 to " + MOST_AT_ONCE + ".");
            }
            this.executor = threads;
            this.parallelism = atOnce;
            return this;
        }

        /** Evaluates the model handed out after every {@code everyRounds} rounds and the last; default never. */
        public Builder evaluation(LabelledSet set, int everyRounds) {
            if (everyRounds < 1 || set.size() == 0) {
                throw new InvalidInputException("An evaluation every (" + everyRounds + ") rounds on (" + set
                        + ") needs at least one of each.");
            }
            this.evaluation = new FederationPlan.EvaluationPlan(set, everyRounds);
            return this;
        }

        /**
         * Participants measure the model handed out, on data that they keep for that; default never. With secure aggregation
         * the coordinator learns the sum of what they measured. {@link RoundResult#sites()} has the figures; where there is no
         * {@link #evaluation} they also say which round was the best.
         */
        public Builder siteEvaluation(SiteEvaluation how) {
            this.sites = how;
            return this;
        }

        /**
         * Told {@code "rounds"} after each round; may cancel before each participant, and with an executor also while the
         * run waits for one (asked ten times a second).
         */
        public Builder progress(Progress listener) {
            this.progress = listener;
            return this;
        }

        /** Called after each round on the coordinating thread. */
        public Builder onRound(Consumer<RoundResult> listener) {
            this.onRound = listener;
            return this;
        }

        /** Clock behind {@link RoundResult#seconds()}. */
        public Builder ticker(Ticker clock) {
            this.ticker = clock;
            return this;
        }

        /** @throws InvalidInputException listing everything that is missing or does not fit */
        public FederatedCoordinator build() {
            List<String> problems = new ArrayList<>();
            LocalModel architecture = model;
            PlanChecks.model(architecture, initial, evaluation, problems);
            crowd.check(architecture, rules, compression, problems);
            protections.check(strategy, selection, rounds, crowd.count(), crowd.abilities(), problems);
            PlanChecks.protection(protections, protection != NONE, compression, rules, problems);
            SiteEvaluation measured = sites;
            if (measured != null) {
                PlanChecks.sites(measured, protections, buffering, crowd, problems);
            }
            Buffering without = buffering;
            if (without != null) {
                without.check(asked(), selection != null, stragglers, rules, protections, crowd.count(), problems);
                PlanChecks.buffering(protection != NONE, journal, crowd.count(), problems);
            }
            if (stragglers.fraction() > 0 && local.epochs() < 2) {
                problems.add("stragglers need at least 2 local epochs, not (" + local.epochs() + ")");
            }
            if (architecture == null || !problems.isEmpty()) {
                throw new InvalidInputException("Cannot build the coordinator: " + String.join("; ", problems) + ".");
            }
            return new FederatedCoordinator(plan(architecture));
        }

        private Strategy asked() {
            Strategy chosen = strategy;
            return chosen != null ? chosen : buffering == null ? Strategies.fedProxAdaptive() : Strategies.fedProx(0);
        }

        private FederationPlan plan(LocalModel architecture) {
            float[] given = initial;
            Selection among = selection == null ? Selection.fraction(0.1) : selection;
            boolean elsewhere = !crowd.abilities().isEmpty();
            ProtectedRounds guarded = protections.none()
                    ? null
                    : protections.rounds(
                            rounds,
                            architecture.layout(),
                            elsewhere,
                            protections.strategy(strategy).aggregator(),
                            seed);
            long ownSeed = Seeds.mix(seed, 0, 0);
            return new FederationPlan(
                    architecture,
                    given == null ? () -> architecture.initialParameters(ownSeed) : given::clone,
                    crowd.everybody(architecture, compression),
                    guarded == null ? asked() : protections.strategy(strategy).aggregator(guarded),
                    protections.selection(among),
                    stragglers,
                    local,
                    learningRateDecay,
                    rounds,
                    rules,
                    buffering,
                    guarded == null ? protection : guarded,
                    compression,
                    seed,
                    journal,
                    executor,
                    parallelism,
                    evaluation,
                    sites,
                    progress,
                    onRound,
                    onPhase,
                    onModel,
                    onResume,
                    ticker);
        }
    }
}
