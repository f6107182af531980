package io.edgeai.samples.demo;

import static io.edgeai.samples.demo.DemoReport.text;

import io.edgeai.samples.convnet.ConvNetTraining;
import io.edgeai.samples.report.GrayPng;
import io.edgeai.samples.report.HeatMap;
import io.edgeai.samples.report.LineChart;
import io.edgeai.samples.report.Section;
import io.edgeai.samples.report.Section.Picture;
import io.edgeai.samples.shapes.LabelledImages;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** How the network learned and where it errs. */
final class LearnSection {
    private static final int SHOWN = 30;

    private LearnSection() {}

    static void fill(Section section, LearnStep.Result learned) {
        LabelledImages test = learned.test();
        int[] answers = IntStream.range(0, test.size())
                .map(i -> learned.net().classify(test.image(i)))
                .toArray();
        section.text(text(
                        "Digits are drawn from strokes, turned, sheared, bent and covered with noise. A network of %,d"
                                + " parameters (two convolutions, two dense layers) learns from %,d of them in %.1f s of"
                                + " plain Java and is exported as ONNX.",
                        learned.net().parameterCount(), learned.train().size(), learned.seconds()))
                .chart("Mean cross-entropy of each epoch.", curve(learned))
                .pictures("Held-out pictures; a frame marks a mistake.", pictures(test, answers))
                .chart("Which digit is taken for which, on all held-out pictures.", confusion(test, answers));
    }

    private static LineChart curve(LearnStep.Result learned) {
        double[] epochs = learned.curve().stream()
                .mapToDouble(ConvNetTraining.Epoch::epoch)
                .toArray();
        double[] losses = learned.curve().stream()
                .mapToDouble(ConvNetTraining.Epoch::loss)
                .toArray();
        return LineChart.of("epoch", "loss, nats")
                .line("training", epochs, losses)
                .fromZero();
    }

    private static List<Picture> pictures(LabelledImages test, int[] answers) {
        List<Picture> pictures = new ArrayList<>();
        IntStream.range(0, test.size())
                .boxed()
                .sorted((a, b) -> Boolean.compare(answers[a] == test.label(a), answers[b] == test.label(b)))
                .limit(SHOWN / 3)
                .forEach(i -> pictures.add(picture(test, i, answers[i])));
        for (int i = 0; pictures.size() < SHOWN; i++) {
            pictures.add(picture(test, i, answers[i]));
        }
        return pictures;
    }

    private static Picture picture(LabelledImages images, int at, int answer) {
        boolean wrong = answer != images.label(at);
        return new Picture(
                GrayPng.dataUri(images.side(), images.side(), images.bytes(at)),
                wrong ? images.label(at) + " as " + answer : String.valueOf(answer),
                wrong);
    }

    private static HeatMap confusion(LabelledImages test, int[] answers) {
        double[][] counts = new double[test.classes()][test.classes()];
        for (int i = 0; i < answers.length; i++) {
            counts[test.label(i)][answers[i]]++;
        }
        HeatMap map = HeatMap.of(
                "drawn",
                "answer",
                IntStream.range(0, test.classes()).mapToObj(Integer::toString).toList());
        for (int row = 0; row < counts.length; row++) {
            map.row(Integer.toString(row), counts[row]);
        }
        return map;
    }
}
