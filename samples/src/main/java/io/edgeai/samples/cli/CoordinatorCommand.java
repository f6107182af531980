package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.remote.TlsFiles;
import io.edgeai.federated.FederatedCoordinator;
import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.simulation.FederatedSimulation;
import io.edgeai.federated.transport.Roster;
import io.edgeai.federated.transport.grpc.GrpcCoordinator;
import io.edgeai.samples.terminal.ConsoleProgress;
import io.edgeai.samples.terminal.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The rounds of a federation whose participants are other processes. */
@Command(
        description = "Coordinate a federation of other processes; prints a line of JSON for each round.",
        footer = {"", "Names in participants' certificates are their names. Without certificates only this machine may."
        })
final class CoordinatorCommand extends ToolCommand {
    @Parameters(
            paramLabel = "CONFIG.json",
            description = "As for 'federate simulate'; of the data, the test set is used.")
    private Path config = Path.of("");

    @Option(names = "--host", paramLabel = "HOST", description = "The interface; 0.0.0.0 for all (default: 127.0.0.1).")
    private String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "N", description = "The port; 0 takes a free one (default: 9443).")
    private int port = 9443;

    @Mixin
    private TlsOptions tls = new TlsOptions();

    @Mixin
    private TestSetOptions test = new TestSetOptions();

    @Mixin
    private RuleOptions rules = new RuleOptions();

    @Option(
            names = "--goodbye",
            paramLabel = "S",
            description =
                    "Seconds to stay at the end for participants that are on their way back and have not heard of it"
                            + " (default: 60).")
    private int goodbye = 60;

    @Option(
            names = "--models",
            paramLabel = "CODEC",
            description =
                    "What models are sent as: f32, f16, bf16, int8 … (default: CONFIG.json's 'models', else f32). Updates"
                            + " are sent as CONFIG.json says under 'compression'.")
    private @Nullable String models;

    @Option(
            names = "--roster",
            paramLabel = "PEM",
            description =
                    "Certificates of all participants of secure sums, which CONFIG.json's 'secureAggregation' needs.")
    private @Nullable Path roster;

    @Option(
            names = "--journal",
            paramLabel = "FILE",
            description = "Go on from here after a crash (default: CONFIG.json's 'journal', else none).")
    private @Nullable Path journal;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "MODEL.onnx",
            description = "Writes the model learned.")
    private @Nullable Path output;

    @Mixin
    private LearnedVersions versions = new LearnedVersions();

    CoordinatorCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        if (!Files.isRegularFile(config)) {
            throw new InvalidInputException(
                    "File (" + config + ") does not exist. Maybe the path is relative to another folder.");
        }
        FederatedSimulation federation = FederatedSimulation.read(config);
        LabelledSet evaluated = test.read(federation);
        FederatedSimulation.Runner runner = versions.runner(terminal());
        Codec down = models == null ? null : Codec.named(models);
        GrpcCoordinator.Builder door =
                GrpcCoordinator.builder().host(host).port(port).goodbye(Duration.ofSeconds(goodbye));
        TlsFiles files = tls.files();
        if (files != null) {
            door.tls(files);
        }
        if (roster != null) {
            door.roster(Roster.ofCertificates(roster));
        }
        try (GrpcCoordinator open = door.start()) {
            terminal().notice("waiting for participants on " + host + ":" + open.port());
            run(federation, runner, evaluated, down, open);
            open.finish();
        }
        return OK;
    }

    private void run(
            FederatedSimulation federation,
            FederatedSimulation.@Nullable Runner runner,
            @Nullable LabelledSet evaluated,
            @Nullable Codec down,
            GrpcCoordinator door) {
        FederatedSimulation.Result result;
        try (ConsoleProgress progress = terminal().progress()) {
            Consumer<FederatedCoordinator.Builder> settings = builder -> {
                builder.rules(rules.over(federation.rules()));
                if (evaluated != null) {
                    builder.evaluation(evaluated, federation.evaluateEvery());
                }
                federation
                        .asynchronous()
                        .ifPresent(how -> builder.asynchronous(how.patience(rules.patience(federation.rules()))));
                if (down != null
                        && (federation.models().isPresent() || !down.name().equals("f32"))) {
                    builder.models(down);
                }
                if (journal != null) {
                    builder.journal(journal);
                }
            };
            result = runner == null
                    ? federation.run(door.population(), settings, terminal()::line, progress)
                    : federation.run(door.population(), settings, terminal()::line, progress, runner);
        }
        String sites = SiteSummary.of(result.run());
        if (!sites.isEmpty()) {
            terminal().notice(sites);
        }
        if (output != null) {
            OnnxWriter.write(result.toOnnx("federated"), output);
            terminal().notice("the model is in (" + output + ")");
        }
    }
}
