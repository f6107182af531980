package io.edgeai.federated.simulation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.federated.Buffering;
import io.edgeai.federated.FederatedCoordinator;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.FederatedRun;
import io.edgeai.federated.Population;
import io.edgeai.federated.RoundRules;
import io.edgeai.federated.SiteEvaluation;
import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.data.DataShape;
import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.ParticipantData;
import io.edgeai.federated.data.Standardization;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.selection.Stragglers;
import io.edgeai.federated.strategy.Aggregator;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Strategy;
import io.edgeai.federated.training.LocalModel;
import io.edgeai.federated.training.SgdSettings;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A federation in this process, described by JSON. Every field but {@code data} has a default; unknown fields are errors.
 * Noise and draws of {@code privacy} follow the seed unless there is a ledger. The schema is
 * {@code docs/cli/federate-simulate.schema.json}. Immutable and thread-safe; each run begins anew.
 */
public final class FederatedSimulation {
    private static final long MAX_BYTES = 1 << 20;
    private static final int MAX_ROUNDS = 1_000_000;

    private final Supplier<SimulationData> data;
    private final ModelFields architecture;
    private final RunFields how;
    private final Strategy strategy;
    private final @Nullable Selection selection;
    private final ProtectionFields protection;
    private final @Nullable Buffering buffering;
    private final Stragglers stragglers;
    private final SgdSettings local;
    private final double learningRateDecay;
    private final int rounds;
    private final int evaluateEvery;
    private final @Nullable SiteEvaluation sites;
    private final int threads;
    private final long seed;

    private FederatedSimulation(Fields fields, Path base) {
        seed = fields.wide("seed", 1);
        protection = ProtectionFields.read(fields, base, seed);
        buffering = fields.has("asynchronous") ? buffering(fields.object("asynchronous")) : null;
        boolean chosen = fields.has("strategy") || fields.has("weighting") || fields.has("server");
        Strategy read = StrategyFields.strategy(fields);
        boolean plain = protection.guarded() || buffering != null;
        strategy = plain && !chosen ? plain(fields, read) : read;
        boolean asked = fields.has("selection");
        Selection among = StrategyFields.selection(fields);
        selection = asked ? among : null;
        rounds = fields.integer("rounds", 100, 1, MAX_ROUNDS);
        local = SgdSettings.defaults()
                .epochs(fields.integer("epochs", 1, 1, 100_000))
                .batchSize(fields.integer("batch", 10, 1, 1_000_000))
                .learningRate(fields.number("learningRate", 0.03, 1e-12, 1e6))
                .momentum(fields.number("momentum", 0, 0, Math.nextDown(1.0)));
        learningRateDecay = fields.number("learningRateDecay", 1, 1e-6, 1);
        stragglers = new Stragglers(fields.number("stragglers", 0, 0, 1));
        if (stragglers.fraction() > 0 && local.epochs() < 2) {
            throw new InvalidInputException("Field stragglers (" + stragglers.fraction()
                    + ") needs at least 2 epochs, not (" + local.epochs() + ").");
        }
        evaluateEvery = fields.integer("evaluateEvery", 1, 1, MAX_ROUNDS);
        sites = fields.has("siteEvaluation") ? sites(fields.object("siteEvaluation")) : null;
        threads = fields.integer("threads", 1, 1, 1024);
        how = RunFields.read(fields, base);
        architecture = ModelFields.read(fields, base);
        data = SimulationData.describe(fields.object("data"), base, seed);
        fields.finish();
    }

    /** What a run with protections, or without rounds, does where nothing else is said: averaging, with the rule that is. */
    private Strategy plain(Fields fields, Strategy read) {
        Strategy plain = Strategies.fedProx(0).servedAverage(read.servedAverage());
        if (fields.has("aggregator")) {
            return plain.aggregator(read.aggregator());
        }
        return protection.grouped() ? plain.aggregator(Aggregator.centredClipping()) : plain;
    }

    private static Buffering buffering(Fields own) {
        Buffering defaults = Buffering.defaults();
        Buffering read = Buffering.of(
                        own.integer("concurrency", defaults.concurrency(), 1, 100_000),
                        own.integer("buffer", defaults.buffer(), 1, 100_000))
                .maximumStaleness(own.integer("maximumStaleness", Integer.MAX_VALUE, 0, Integer.MAX_VALUE));
        own.finish();
        return read;
    }

    private static SiteEvaluation sites(Fields own) {
        SiteEvaluation read = new SiteEvaluation(
                own.integer("every", 1, 1, MAX_ROUNDS),
                own.integer("participants", 0, 0, 1_000_000),
                own.integer("minimum", 1, 1, 1_000_000),
                Duration.ofSeconds(own.integer("seconds", 300, 1, 1_000_000)));
        own.finish();
        return read;
    }

    /**
     * Reads a description whose relative paths count from the working folder.
     *
     * @throws InvalidInputException naming the field that is missing, unknown or out of range
     */
    public static FederatedSimulation fromJson(String json) {
        return fromJson(json, Path.of(""));
    }

    /** Reads a description whose relative paths count from {@code base}. */
    public static FederatedSimulation fromJson(String json, Path base) {
        try {
            JsonNode root = JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build()
                    .readTree(json);
            return new FederatedSimulation(new Fields(root, ""), base);
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(
                    "The simulation is not valid JSON: " + e.getOriginalMessage() + " at line "
                            + (e.getLocation() == null ? 0 : e.getLocation().getLineNr()) + ".",
                    e);
        }
    }

    /** Reads a description of at most 1 MiB; its relative paths count from the file's folder. */
    public static FederatedSimulation read(Path file) {
        try {
            long size = Files.size(file);
            if (size > MAX_BYTES) {
                throw new InvalidInputException(
                        "Simulation file (" + file + ") has " + size + " bytes, more than " + MAX_BYTES + ".");
            }
            Path folder = file.toAbsolutePath().getParent();
            return fromJson(Files.readString(file), folder == null ? Path.of("") : folder);
        } catch (CharacterCodingException e) {
            throw new InvalidInputException("Simulation file (" + file + ") is not UTF-8 text.", e);
        } catch (IOException e) {
            throw new StorageException("Simulation file (" + file + ") cannot be read: " + e + ".", e);
        }
    }

    public int rounds() {
        return rounds;
    }

    /** When a round begins, ends and counts. */
    public RoundRules rules() {
        return how.rules();
    }

    /** What models are sent as; empty for float32. */
    public Optional<Codec> models() {
        return Optional.ofNullable(how.models());
    }

    /** How it goes on without rounds; empty where it has rounds. */
    public Optional<Buffering> asynchronous() {
        return Optional.ofNullable(buffering);
    }

    /** What its user should know of the rule that joins updates, with the repair; empty where there is nothing to say. */
    public List<String> warnings() {
        return strategy.warnings();
    }

    /**
     * Reads or generates the data and runs all rounds.
     *
     * @param lines receives each round as one line of JSON without line break: round, accuracy, loss, bytes (both
     *     directions), epsilon (spent so far; null without privacy), seconds, selected, reported, mu, staleness without
     *     rounds, and sites (what participants measured) after rounds in which they did
     * @param progress told {@code "rounds"}; may cancel
     */
    public Result run(Consumer<String> lines, Progress progress) {
        SimulationData own = data.get();
        FederatedDataset parts = own.participants();
        LocalModel model = architecture.model(own);
        FederatedCoordinator.Builder builder = describe(FederatedCoordinator.builder(), model, own, lines, progress)
                .data(parts);
        if (threads == 1) {
            return result(model, builder, own);
        }
        ExecutorService executor = Executors.newFixedThreadPool(threads, EdgeThreads.named("federated-participant"));
        try {
            return result(model, builder.executor(executor, threads), own);
        } finally {
            executor.shutdownNow();
        }
    }

    /**
     * Runs the same rounds over participants that are elsewhere; of the data only the evaluation set is used here.
     *
     * @param settings what a simulation has not: windows, a journal
     */
    public Result run(
            Population population,
            Consumer<FederatedCoordinator.Builder> settings,
            Consumer<String> lines,
            Progress progress) {
        return run(population, settings, lines, progress, (plan, standardization) -> {
            FederatedCoordinator.Builder builder = FederatedCoordinator.builder();
            plan.accept(builder);
            return builder.build().run();
        });
    }

    /** The same, by whoever runs it, e.g. a facade that registers what is learned. */
    public Result run(
            Population population,
            Consumer<FederatedCoordinator.Builder> settings,
            Consumer<String> lines,
            Progress progress,
            Runner runner) {
        SimulationData own = data.get();
        LocalModel model = architecture.model(own);
        try {
            FederatedRun run = runner.run(
                    builder -> {
                        describe(builder, model, own, lines, progress);
                        builder.population(population);
                        settings.accept(builder);
                    },
                    Optional.ofNullable(own.standardization()));
            return new Result(run, own.standardization());
        } finally {
            ModelFields.close(model);
        }
    }

    /** Runs a plan. */
    public interface Runner {
        /**
         * @param plan puts all that the description says into a builder
         * @param standardization of the inputs that the model is trained on
         */
        FederatedRun run(Consumer<FederatedCoordinator.Builder> plan, Optional<Standardization> standardization);
    }

    private static Result result(LocalModel model, FederatedCoordinator.Builder builder, SimulationData own) {
        try {
            return new Result(builder.build().run(), own.standardization());
        } finally {
            ModelFields.close(model);
        }
    }

    /**
     * One of the participants, to take part from this process: of the data it uses its own part only.
     *
     * @throws InvalidInputException where there is no participant of that name
     */
    public FederatedParticipant participant(String id) {
        SimulationData own = data.get();
        for (ParticipantData part : own.participants().participants()) {
            if (part.id().equals(id)) {
                return FederatedParticipant.training(architecture.model(own), part);
            }
        }
        throw new InvalidInputException("The data have no participant (" + id + "). Maybe one of "
                + own.participants().participants().stream()
                        .limit(5)
                        .map(ParticipantData::id)
                        .toList()
                + "…");
    }

    /**
     * A participant whose data are its own, to take part from this process; they are standardized as the description says.
     *
     * @param own as it is in the site's files
     * @throws InvalidInputException where its samples are not those that the federation trains on
     */
    public FederatedParticipant participant(ParticipantData own) {
        SimulationData agreed = data.get();
        LocalModel model = architecture.model(agreed);
        if (model.features() != agreed.shape().features()
                || model.classes() != agreed.shape().classes()) {
            int features = model.features();
            int classes = model.classes();
            ModelFields.close(model);
            throw new InvalidInputException("The model takes (" + features + ") features and tells (" + classes
                    + ") classes apart, the description's data have "
                    + agreed.shape().features() + " and "
                    + agreed.shape().classes() + ". Maybe correct data.features and data.classes.");
        }
        return FederatedParticipant.training(
                model,
                new ParticipantData(
                        own.id(), agreed.prepared(own.train(), own.id()), agreed.prepared(own.test(), own.id())));
    }

    /** What the samples of every site look like; reads the data where only they can tell. */
    public DataShape shape() {
        return data.get().shape();
    }

    /** Samples as they are in files, standardized as the description says; e.g. to evaluate on. */
    public LabelledSet prepared(LabelledSet raw) {
        return data.get().prepared(raw, "evaluation");
    }

    /** Rounds from one evaluation to the next. */
    public int evaluateEvery() {
        return evaluateEvery;
    }

    private FederatedCoordinator.Builder describe(
            FederatedCoordinator.Builder builder,
            LocalModel model,
            SimulationData own,
            Consumer<String> lines,
            Progress progress) {
        builder.model(model)
                .strategy(strategy)
                .stragglers(stragglers)
                .local(local)
                .learningRateDecay(learningRateDecay)
                .rounds(rounds)
                .seed(seed)
                .progress(progress)
                .onRound(round ->
                        lines.accept(RoundLine.of(round, buffering != null).toString()));
        how.apply(builder);
        LabelledSet test = own.test();
        if (test != null) {
            builder.evaluation(test, evaluateEvery);
        }
        if (sites != null) {
            builder.siteEvaluation(sites);
        }
        if (buffering != null) {
            builder.asynchronous(buffering);
        }
        if (selection != null) {
            builder.selection(selection);
        }
        protection.apply(builder);
        return builder;
    }

    /**
     * What a simulation made.
     *
     * @param run rounds and model
     * @param standardization of the inputs the model was trained on; null for none
     */
    public record Result(FederatedRun run, @Nullable Standardization standardization) {
        /** The trained model, taking inputs as they are in the files. */
        public OnnxGraph toOnnx(String name) {
            return standardization == null ? run.toOnnx(name) : run.model().toOnnx(name, standardization);
        }
    }
}
