package io.edgeai.samples.demo;

import static io.edgeai.samples.demo.DemoReport.text;

import io.edgeai.federated.RoundResult;
import io.edgeai.samples.report.LineChart;
import io.edgeai.samples.report.Section;
import java.util.List;

/** How thirty shops learned together. */
final class FederateSection {
    private FederateSection() {}

    static void fill(Section section, FederateStep.Result learned) {
        List<RoundResult> rounds = learned.federated().run().rounds();
        long bytes = rounds.stream()
                .mapToLong(round -> round.bytesDown() + round.bytesUp())
                .sum();
        section.text(text(
                        "%d shops hold the pictures, each mostly a few of the ten digits. In each round ten of them train a"
                                + " dense network on their own pictures and send back its parameters, never a picture."
                                + " The result is registered as %s and can be served like any other version.",
                        FederateStep.SHOPS, learned.federated().version().ref()))
                .chart("Accuracy on held-out pictures of all digits.", curve(learned, rounds))
                .table(
                        List.of("who learned", "accuracy"),
                        List.of(
                                List.of(
                                        "all shops together, " + rounds.size() + " rounds",
                                        percent(learned.federated().run().accuracy())),
                                List.of(
                                        "the largest shop alone, " + FederateStep.ALONE_EPOCHS + " epochs",
                                        percent(learned.alone())),
                                List.of(
                                        "all pictures in one place, " + FederateStep.ALONE_EPOCHS + " epochs",
                                        percent(learned.central()))))
                .text(text(
                        "Parameters exchanged: %.1f MiB in all, counted as float32; in this demo the shops live in one"
                                + " process and nothing travels.",
                        bytes / 1048576.0));
    }

    private static LineChart curve(FederateStep.Result learned, List<RoundResult> rounds) {
        double[] x = rounds.stream().mapToDouble(RoundResult::round).toArray();
        double[] y =
                rounds.stream().mapToDouble(round -> 100 * round.accuracy()).toArray();
        return LineChart.of("round", "accuracy, %")
                .line("together", x, y)
                .limit(100 * learned.alone(), "largest shop alone")
                .limit(100 * learned.central(), "all pictures in one place")
                .fromZero();
    }

    private static String percent(double share) {
        return text("%.1f %%", 100 * share);
    }
}
