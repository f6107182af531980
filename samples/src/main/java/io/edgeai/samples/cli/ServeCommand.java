package io.edgeai.samples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.edgeai.EdgeAI;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.provider.CpuProvider;
import io.edgeai.core.runtime.provider.ExecutionProvider;
import io.edgeai.core.serving.WarmUp;
import io.edgeai.monitor.drift.DriftReference;
import io.edgeai.monitor.objective.Objective;
import io.edgeai.samples.data.JsonTensors;
import io.edgeai.samples.inference.ReferenceRows;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.server.EdgeServer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Serves a registry's models over HTTP until it is told to stop. */
@Command(
        description =
                "Serve models by the Open Inference Protocol, version 2, over HTTP and gRPC, until SIGTERM or Ctrl-C.",
        footer = {"", "Health at /v2/health/ready, figures at /metrics; the live page has a port and a link of its own."
        })
final class ServeCommand extends ToolCommand {
    private static final int MIB = 1 << 20;

    @Mixin
    private RegistryPlace place = new RegistryPlace();

    @Option(names = "--port", paramLabel = "N", description = "The port; 0 takes a free one (default: 8000).")
    private int port = 8000;

    @Option(
            names = "--grpc-port",
            paramLabel = "N",
            description = "The port of the gRPC service; 0 takes a free one (default: no gRPC).")
    private @Nullable Integer grpcPort;

    @Option(names = "--host", paramLabel = "HOST", description = "The interface; 0.0.0.0 for all (default: 127.0.0.1).")
    private String host = "127.0.0.1";

    @Option(names = "--token-file", paramLabel = "FILE", description = "Holds the token that requests must bear.")
    private @Nullable Path tokenFile;

    @Option(names = "--keystore", paramLabel = "FILE", description = "PKCS #12 or JKS store with the key for TLS.")
    private @Nullable Path keyStore;

    @Option(names = "--keystore-password-file", paramLabel = "FILE", description = "Holds the store's password.")
    private @Nullable Path passwordFile;

    @Option(names = "--max-body", paramLabel = "MB", description = "Longest body in MiB, 1 to 2047 (default: 64).")
    private int maxBody = 64;

    @Option(
            names = "--max-concurrent",
            paramLabel = "N",
            description = "Inferences at a time; more wait in a line (default: 4 a processor, at least 16).")
    private @Nullable Integer maxConcurrent;

    @Option(
            names = "--max-queue",
            paramLabel = "N",
            description = "Inferences that wait for a place, for at most a second; more get 503 (default: 128).")
    private @Nullable Integer maxQueue;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description = "Generated requests that a version answers before it gets traffic (default: 20).")
    private int warmUp = 20;

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            description = "The longest that one answer may take (default: that of the model's workload type).")
    private @Nullable String deadline;

    @Option(
            names = "--dashboard",
            paramLabel = "N",
            description =
                    "The port of the live page, on this machine only; 0 takes a free one, -1 for no page (default: 0).")
    private int dashboard;

    @Option(
            names = "--model",
            paramLabel = "NAME=PATH",
            description = "Registers and activates a model first; repeatable. The same file is not registered twice.")
    private Map<String, Path> models = new LinkedHashMap<>();

    @Option(
            names = "--ensemble",
            paramLabel = "NAME=FILE",
            description = "Serves models wired to one besides, as a JSON file says; repeatable.")
    private Map<String, Path> ensembles = new LinkedHashMap<>();

    @Option(
            names = "--drift-reference",
            paramLabel = "NAME=FILE",
            description = "Training data that a model's inputs are compared with: .csv of numbers, .npy, .npz or IDX;"
                    + " repeatable (default: the first 1000 calls that are sampled, kept over restarts).")
    private Map<String, Path> references = new LinkedHashMap<>();

    @Option(
            names = "--objective",
            paramLabel = "NAME=SHARE",
            description = "Share of a model's calls that must not fail, or must be answered in time, over 30 days:"
                    + " defects=99.9%%, defects=99%%<20ms; repeatable. Alerts where it is used up too fast.")
    private List<String> objectives = new ArrayList<>();

    @Option(
            names = {"--env", "--environment"},
            paramLabel = "NAME",
            description = "The environment whose active versions, canaries and shadows are served (default: default).")
    private String environment = EdgeModelRegistry.DEFAULT_ENVIRONMENT;

    @Option(
            names = "--alias",
            paramLabel = "NAME:ALIAS",
            description = "Serves the version that an alias points at besides, under this name; repeatable.")
    private List<String> aliases = new ArrayList<>();

    @Mixin
    private BatchOption batch = new BatchOption();

    @Mixin
    private DegradeOption degrade = new DegradeOption();

    @Mixin
    private RollBackOption rollBack = new RollBackOption();

    @Mixin
    private AnswerOptions answers = new AnswerOptions();

    @Mixin
    private ProviderOption provider = new ProviderOption();

    ServeCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        if (models.isEmpty() && !place.begun()) {
            throw new InvalidInputException(
                    "There is no registry in (" + place.home().toAbsolutePath()
                            + "). Maybe name its folder by --home DIR, or a model by --model NAME=PATH.");
        }
        WarmUp generated = WarmUp.generated(warmUp);
        OptionalInt most = batch.most(System.getenv());
        Duration longest = deadline == null ? null : Times.parse("--deadline", deadline);
        ExecutionProvider[] providers = provider.preferred().toArray(ExecutionProvider[]::new);
        ExecutionProvider chosen =
                provider.given() ? provider.of(Engines.discover().forFormat(ModelFormat.ONNX)) : new CpuProvider();
        Map<String, DriftReference> training = new LinkedHashMap<>();
        references.forEach((name, file) -> training.put(ModelId.of(name).name(), ReferenceRows.read(file)));
        List<Objective> promised = objectives.stream().map(ObjectiveText::parse).toList();
        EdgeAI.Builder builder = EdgeAI.builder()
                .home(place.home())
                .registry(place::set)
                .monitoring(m -> {
                    m.history(place.home().resolve(DashboardCommand.HISTORY));
                    training.forEach(m::driftReference);
                    promised.forEach(m::objective);
                })
                .serving(s -> {
                    s.warmUp(generated).environment(environment).providers(providers);
                    degrade.set(s);
                    BatchOption.set(s, most);
                    if (longest != null) {
                        s.deadline(longest);
                    }
                });
        answers.set(builder, place.home());
        rollBack.set(builder);
        Shutdown shutdown = Shutdown.onSignal();
        try (EdgeAI edge = builder.build()) {
            EdgeServer.Builder settings = settings(edge.server());
            models.forEach((name, path) -> activate(edge, name, path));
            try (Ensembles together = Ensembles.open(edge, ensembles, longest);
                    EdgeServer server = together.addTo(settings).start()) {
                Optional<URI> page = dashboard < 0
                        ? Optional.empty()
                        : Optional.of(edge.dashboard().port(dashboard).start().link());
                announce(edge.registry(), server, chosen, most, page);
                shutdown.await();
            }
        } finally {
            shutdown.done();
        }
        return OK;
    }

    private EdgeServer.Builder settings(EdgeServer.Builder server) {
        if (maxBody < 1 || maxBody > Integer.MAX_VALUE / MIB) {
            throw new InvalidInputException("--max-body (" + maxBody + ") is not in 1 to 2047.");
        }
        server.host(host).port(port).maxBodyBytes(maxBody * MIB).aliases(aliases.toArray(String[]::new));
        if (grpcPort != null) {
            server.grpcPort(grpcPort);
        }
        if (maxConcurrent != null) {
            server.maxConcurrent(maxConcurrent);
        }
        if (maxQueue != null) {
            server.maxQueue(maxQueue);
        }
        if (tokenFile != null) {
            server.token(Secrets.read("--token-file", tokenFile));
        }
        if ((keyStore == null) != (passwordFile == null)) {
            throw new InvalidInputException("Only one of --keystore (" + keyStore + ") and --keystore-password-file ("
                    + passwordFile + ") is given. Maybe give both.");
        }
        if (keyStore != null && passwordFile != null) {
            server.tls(
                    keyStore,
                    Secrets.read("--keystore-password-file", passwordFile).toCharArray());
        }
        return server;
    }

    private void activate(EdgeAI edge, String name, Path path) {
        ModelVersion version = known(edge.registry(), name, path).orElseGet(() -> edge.importModel(name, path));
        boolean active = edge.registry()
                .findActive(name, environment)
                .filter(now -> now.ref().equals(version.ref()))
                .isPresent();
        if (!active) {
            edge.registry().lifecycle().in(environment).promote(version.ref(), "served by the command line");
        }
    }

    /** The version that a file became earlier: itself, or its conversion. */
    private static Optional<ModelVersion> known(EdgeModelRegistry registry, String name, Path path) {
        if (!Files.isRegularFile(path)) {
            return Optional.empty();
        }
        Digest digest = Digest.of(path);
        return registry.versions(name).stream()
                .filter(version ->
                        version.digest().equals(digest) && version.derivation().isEmpty())
                .findFirst()
                .map(original -> registry.children(original.ref()).stream()
                        .filter(child -> child.derivation().equals("import-onnx"))
                        .findFirst()
                        .orElse(original));
    }

    private void announce(
            EdgeModelRegistry registry,
            EdgeServer server,
            ExecutionProvider chosen,
            OptionalInt most,
            Optional<URI> page) {
        List<String> served = server.models();
        for (ModelId model : registry.models()) {
            if (!served.contains(model.name())) {
                terminal()
                        .notice("Model (" + model + ") is not served. Maybe promote a version, or see its reason at"
                                + " POST /v2/repository/index.");
            }
        }
        if (json()) {
            terminal().line(line(server, served, chosen, most, page));
        } else {
            terminal().line("serving " + String.join(", ", served) + " on " + server.uri());
            if (provider.given()) {
                terminal().line("ONNX models run on " + chosen.name());
            }
            most.ifPresent(samples -> terminal().line("at most " + samples + " samples a run"));
            server.grpcPort().ifPresent(port -> terminal().line("gRPC on " + host + ":" + port));
            page.ifPresent(link -> terminal().line("live page at " + link));
        }
    }

    private static String line(
            EdgeServer server, List<String> served, ExecutionProvider chosen, OptionalInt most, Optional<URI> page) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("uri", server.uri().toString());
        answer.put("port", server.port());
        server.grpcPort().ifPresent(number -> answer.put("grpcPort", number));
        answer.put("models", served);
        answer.put("provider", chosen.name());
        most.ifPresent(samples -> answer.put("maxBatch", samples));
        page.ifPresent(link -> answer.put("dashboard", link.toString()));
        try {
            return JsonTensors.mapperForDocuments().writeValueAsString(answer);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A map of texts is no JSON.", e);
        }
    }
}
