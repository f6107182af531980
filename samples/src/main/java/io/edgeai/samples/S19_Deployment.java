package io.edgeai.samples;

import io.edgeai.EdgeAI;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.deploy.RolloutReport;
import io.edgeai.placement.deploy.agent.SiteAgent;
import io.edgeai.placement.model.Site;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Has a site measure itself, and brings two versions of a model to three sites; the second travels as a difference. */
public final class S19_Deployment {
    private static final String TOKEN = "shared by sites and sender";

    private S19_Deployment() {}

    public static void main(String[] args) throws IOException {
        run(Files.createTempDirectory("edgeai-s19"), Terminal.system());
    }

    static List<RolloutReport> run(Path home, Terminal terminal) {
        // Each site runs an agent; here all three stand on this machine.
        try (SiteAgent north =
                        SiteAgent.builder(home.resolve("north")).token(TOKEN).start();
                SiteAgent south =
                        SiteAgent.builder(home.resolve("south")).token(TOKEN).start();
                SiteAgent west =
                        SiteAgent.builder(home.resolve("west")).token(TOKEN).start();
                EdgeAI edge = EdgeAI.builder().home(home.resolve("home")).build()) {
            List<Site> sites = List.of(site("north"), site("south"), site("west"));
            OnnxGraph graph = DrawnSet.network(128, 1);
            ModelVersion first = edge.registry().register("digits", OnnxWriter.toBytes(graph), r -> {});
            tuneLastLayer(graph);
            ModelVersion second = edge.registry().register("digits", OnnxWriter.toBytes(graph), r -> {});
            edge.estimators().calibrate("cpu", north.uri(), TOKEN);
            terminal.line(first.ref() + " takes "
                    + edge.estimators().estimate("cpu", first).latencyMillis().expected() + " ms there");
            List<RolloutReport> reports = new ArrayList<>();
            for (ModelVersion version : List.of(first, second)) {
                PlacementPlan plan = edge.place(edge.workload(edge.estimators(), version)
                                .replicas(3)
                                .p99(Duration.ofSeconds(1)))
                        .across(sites);
                RolloutReport report = edge.deploy(plan)
                        .agent("north", north.uri(), TOKEN)
                        .agent("south", south.uri(), TOKEN)
                        .agent("west", west.uri(), TOKEN)
                        .rollout(r -> r.waves(0.3, 1).onEvent(event -> terminal.line(event.toString())))
                        .run();
                terminal.line(version.ref() + ": " + report.status() + ", " + report.sentBytes() + " of "
                        + 3 * version.sizeBytes() + " bytes sent");
                reports.add(report);
            }
            return reports;
        }
    }

    /** Every weight of the last layer moves by one per cent, as a round of tuning might move it. */
    private static void tuneLastLayer(OnnxGraph graph) {
        graph.initializers().replaceAll((name, tensor) -> {
            long[] shape = tensor.dims();
            if (shape.length != 2 || shape[0] * shape[1] != 128L * DrawnSet.CLASSES) {
                return tensor;
            }
            float[] weights = tensor.floats().clone();
            for (int i = 0; i < weights.length; i++) {
                weights[i] *= 1.01f;
            }
            return OnnxTensor.ofFloats(weights, shape);
        });
    }

    private static Site site(String id) {
        return Site.builder(id).cpuCores(4).memoryBytes(8_000_000_000L).build();
    }
}
