package io.edgeai.samples.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.PlacementProblem;
import io.edgeai.placement.PlacementProblemJson;
import io.edgeai.placement.deploy.Artifact;
import io.edgeai.placement.deploy.Deployment;
import io.edgeai.placement.deploy.DeploymentTarget;
import io.edgeai.placement.deploy.PlannedService;
import io.edgeai.placement.deploy.Rollout;
import io.edgeai.placement.deploy.RolloutReport;
import io.edgeai.placement.deploy.Transfer;
import io.edgeai.placement.deploy.export.ExportSettings;
import io.edgeai.placement.deploy.export.PlanExporter;
import io.edgeai.placement.deploy.export.PlanExporters;
import io.edgeai.samples.data.DataFiles;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.samples.terminal.TextTable;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings the models of a plan to its sites. */
@Command(description = "Bring the models of a plan to its sites; exit 1 where it had to be undone or a site failed.")
final class DeployCommand extends ToolCommand {
    @Parameters(paramLabel = "PLAN.json", description = "Written by 'edgeai place'.")
    private Path plan = Path.of("");

    @Option(
            names = "--site",
            paramLabel = "ID=URL|DIR",
            description =
                    "A site's agent, its folder on this machine, or a namespace of the cluster that kubectl reaches:"
                            + " kubernetes:NAMESPACE for Deployments, kserve:NAMESPACE for InferenceServices; repeatable.")
    private Map<String, String> sites = new LinkedHashMap<>();

    @Option(
            names = "--model",
            paramLabel = "VARIANT=FILE",
            description = "The model of a variant; repeatable. A variant that names a file needs none.")
    private Map<String, Path> models = new LinkedHashMap<>();

    @Option(
            names = "--base",
            paramLabel = "FILE",
            description = "An older model that sites may have; they are sent the difference. Repeatable.")
    private List<Path> bases = new ArrayList<>();

    @Option(names = "--token-file", paramLabel = "FILE", description = "Holds the agents' token.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--waves",
            split = ",",
            paramLabel = "SHARE",
            description = "Shares of the sites, cumulative (default: 0.1,0.5,1).")
    private List<Double> waves = List.of(0.1, 0.5, 1.0);

    @Option(
            names = "--canary",
            paramLabel = "PERCENT",
            description = "Requests that a release gets first which follows another one where KServe serves (default:"
                    + " 100).")
    private int canary = 100;

    @Option(
            names = "--soak",
            paramLabel = "TIME",
            description =
                    "How long a wave runs before its sites are asked again, and canaries get all requests (default:"
                            + " not at all).")
    private @Nullable String soak;

    @Option(names = "--failure-budget", paramLabel = "N", description = "Failed sites to go on with (default: 0).")
    private int failureBudget;

    @Option(names = "--health", paramLabel = "TIME", description = "Longest wait for an answer (default: 60s).")
    private String health = "60s";

    @Option(names = "--journal", paramLabel = "FILE", description = "Keeps progress; the same call goes on with it.")
    private @Nullable Path journal;

    @Option(names = "--problem", paramLabel = "PROBLEM.json", description = "Says what replicas need.")
    private @Nullable Path problem;

    @Option(
            names = "--export",
            paramLabel = "FORMAT",
            description = "Writes files for another system instead: kubernetes, kserve, greengrass, iot-edge, nomad or"
                    + " compose.")
    private @Nullable String export;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "Folder of the exported files (default: the working directory).")
    private Path output = Path.of("");

    @Option(
            names = "--image",
            paramLabel = "IMAGE",
            description = "Container image that serves in clusters and exports.")
    private String image = "edgeai/serve:latest";

    @Option(
            names = "--model-uri",
            paramLabel = "PATTERN",
            description =
                    "Where services in clusters and exports find models; {variant} is replaced (default: s3://models/{variant}).")
    private String modelUri = "s3://models/{variant}";

    DeployCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws IOException {
        List<PlannedService> services = services();
        if (export != null) {
            return export(PlanExporters.named(export), services);
        }
        String token = tokenFile == null ? null : Secrets.read("--token-file", tokenFile);
        Map<String, DeploymentTarget> targets =
                new DeployTargets(services, token, ExportSettings.of(image, this::uri), canary).open(sites);
        Path scratch = Files.createTempDirectory("edgeai-deltas");
        try {
            List<Artifact> older = bases.stream().map(Artifact::of).toList();
            Deployment deployment = Deployment.of(
                    services, variant -> Artifact.of(file(variant)).basedOn(older, scratch));
            Rollout.Builder rollout = Rollout.builder(deployment, targets)
                    .waves(waves.stream().mapToDouble(Double::doubleValue).toArray())
                    .failureBudget(failureBudget)
                    .health(Times.parse("--health", health), Duration.ofMillis(500))
                    .soak(soak == null ? Duration.ZERO : Times.parse("--soak", soak))
                    .onEvent(event -> terminal()
                            .notice(Stream.of(
                                            event.kind()
                                                    .name()
                                                    .toLowerCase(Locale.ROOT)
                                                    .replace('_', ' '),
                                            event.site(),
                                            event.detail())
                                    .filter(part -> !part.isEmpty())
                                    .collect(Collectors.joining(" "))));
            if (journal != null) {
                rollout.journal(journal);
            }
            RolloutReport report = rollout.build().run();
            show(report);
            return report.completed()
                            && report.count(RolloutReport.SiteState.DONE)
                                    == deployment.sites().size()
                    ? OK
                    : FINDING;
        } finally {
            targets.values().forEach(DeploymentTarget::close);
            ScratchFolder.delete(scratch);
        }
    }

    private Integer export(PlanExporter exporter, List<PlannedService> services) throws IOException {
        ExportSettings settings = ExportSettings.of(image, this::uri);
        Map<String, String> files = exporter.export(services, settings);
        Files.createDirectories(output.toAbsolutePath());
        ArrayNode written = JsonNodeFactory.instance.arrayNode();
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path target = output.resolve(file.getKey());
            DataFiles.write(target, out -> out.write(file.getValue().getBytes(StandardCharsets.UTF_8)));
            written.add(target.toString());
            if (!json()) {
                terminal().line("-> " + target);
            }
        }
        if (json()) {
            terminal().json(written);
        }
        return OK;
    }

    private URI uri(String variant) {
        try {
            return URI.create(modelUri.replace("{variant}", URLEncoder.encode(variant, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(
                    "--model-uri (" + modelUri + ") is no address. Maybe s3://bucket/{variant}.onnx.", e);
        }
    }

    private List<PlannedService> services() {
        PlacementProblem needs = problem == null ? null : PlacementProblemJson.read(problem);
        try {
            return PlannedService.of(Files.readString(plan), needs);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "Plan (" + plan + ") cannot be read: " + e.getMessage() + ". Maybe the path is wrong.", e);
        }
    }

    private Path file(String variant) {
        Path file = models.getOrDefault(variant, Path.of(variant));
        if (!Files.isRegularFile(file)) {
            throw new InvalidInputException(
                    "Variant (" + variant + ") has no model file. Maybe add --model " + variant + "=FILE.");
        }
        return file;
    }

    private void show(RolloutReport report) {
        if (json()) {
            ObjectNode answer = JsonNodeFactory.instance
                    .objectNode()
                    .put("status", report.status().name())
                    .put("reason", report.reason())
                    .put("sentBytes", report.sentBytes());
            ObjectNode states = answer.putObject("sites");
            report.sites().forEach((site, state) -> states.put(site, state.name()));
            terminal().json(answer);
            return;
        }
        TextTable table = TextTable.of("site", "state", "bytes sent", "delta");
        report.sites().forEach((site, state) -> {
            Transfer sent = report.sent().getOrDefault(site, Transfer.NOTHING);
            table.row(site, state.name(), sent.sentBytes(), sent.delta() ? "yes" : "no");
        });
        table.print(terminal());
        terminal().line(report.completed() ? "completed" : "rolled back: " + report.reason());
    }
}
