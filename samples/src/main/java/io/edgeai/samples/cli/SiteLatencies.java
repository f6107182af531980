package io.edgeai.samples.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.onnx.cost.ModelCost;
import io.edgeai.placement.cost.CalibrationTimes;
import io.edgeai.placement.cost.LatencyEstimator;
import io.edgeai.placement.cost.LatencyEstimator.Prediction;
import io.edgeai.placement.deploy.agent.AgentClient;
import io.edgeai.samples.data.JsonTensors;
import io.edgeai.samples.inference.ModelFile;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.samples.terminal.TextTable;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code edgeai place --estimate MODEL… --site URL…}: predicts times of models on sites whose agents measure themselves. */
final class SiteLatencies {
    private final Terminal terminal;
    private final Duration each;
    private final @Nullable String token;

    /** @param each time of the site's processor for each network */
    SiteLatencies(Terminal terminal, Duration each, @Nullable String token) {
        this.terminal = terminal;
        this.each = each;
        this.token = token;
    }

    /** @param sites agents' addresses */
    void run(List<String> sites, List<Path> models, boolean json) {
        List<ModelCost> costs = models.stream()
                .map(model -> LatencyEstimates.cost(ModelFile.of(model).graph().graph()))
                .toList();
        TextTable table = TextTable.of("site", "model", "predicted", "nine of ten");
        ObjectNode answer = JsonTensors.mapperForDocuments().createObjectNode();
        ArrayNode all = answer.putArray("sites");
        for (String site : sites) {
            CalibrationTimes times = new AgentClient(address(site), token).calibrate(each);
            LatencyEstimator machine = times.estimator();
            ObjectNode one = all.addObject().put("site", site);
            times.millis().forEach(one.putObject("calibrationMillis")::put);
            ArrayNode lines = one.putArray("models");
            for (int i = 0; i < models.size(); i++) {
                Prediction predicted = machine.predict(costs.get(i));
                lines.addObject()
                        .put("model", models.get(i).toString())
                        .put("predictedMillis", predicted.millis())
                        .put("lowMillis", predicted.lowMillis())
                        .put("highMillis", predicted.highMillis());
                table.row(
                        site,
                        models.get(i).getFileName(),
                        Figures.micros(1e3 * predicted.millis()),
                        Figures.micros(1e3 * predicted.lowMillis()) + " – "
                                + Figures.micros(1e3 * predicted.highMillis()));
            }
        }
        if (json) {
            terminal.json(answer);
        } else {
            table.print(terminal);
        }
    }

    private static URI address(String site) {
        try {
            return URI.create(site);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("--site (" + site + ") is no address. Maybe http://10.0.0.7:8700.", e);
        }
    }
}
