package io.edgeai.core.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeai.core.processor.Box;
import io.edgeai.core.processor.Detection;
import io.edgeai.core.processor.Framing;
import io.edgeai.core.processor.Image;
import io.edgeai.core.processor.ImageTensor;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.testing.Ort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Published networks on photographs: labels and places that anybody can see. */
class RealImagesIT {
    private static final Path DATA =
            Path.of(System.getProperty("edgeai.testdata", "../shared/data")).resolve("optimize");

    private static InferenceSession open(String model) {
        Path file = DATA.resolve(model);
        assumeTrue(Files.isRegularFile(file), () -> "no model at " + file);
        return Ort.runtime().open(file, SessionOptions.defaults());
    }

    /** Of the 300 images with labels here the network was measured to name 88.0 % with another decoder. */
    @Test
    void mobileNetNamesPhotographs() throws IOException {
        try (InferenceSession session = open("imagenet/mobilenet_v2.onnx")) {
            VisionModel plain = VisionModel.of(session, Map.of());
            VisionModel model = plain.with(plain.settings().tensor(ImageTensor.symmetric()));
            int right = 0;
            int all = 0;
            for (String line : Files.readAllLines(DATA.resolve("imagenet/labels.csv"))) {
                String[] fields = line.split(",");
                Path file = DATA.resolve("imagenet").resolve(fields[0]);
                if (Files.isRegularFile(file)) {
                    int label = Integer.parseInt(fields[1]);
                    all++;
                    right += model.classify(model.read(file), 1).get(0).index() == label ? 1 : 0;
                }
            }
            assertThat(all).isEqualTo(300);
            assertThat(right).as("of 300").isBetween(262, 266);
        }
    }

    private static List<Detection> detect(String image) {
        try (InferenceSession session = open("detect/FastestDet.onnx")) {
            VisionModel plain = VisionModel.of(session, Map.of("vision.head", "fastestdet", "vision.channels", "bgr"));
            VisionSettings settings = plain.settings();
            Image photograph = plain.read(DATA.resolve("detect").resolve(image));
            return plain.with(settings.framing(Framing.stretch(352, 352))
                            .suppression(settings.suppression().score(0.6)))
                    .detect(photograph);
        }
    }

    @Test
    void fastestDetFindsTheBus() {
        int bus = 5;
        List<Detection> found = detect("1.jpg");
        assertThat(found).filteredOn(one -> one.index() == bus).singleElement().satisfies(one -> assertThat(
                        one.box().iou(new Box(55, 84, 592, 422)))
                .as("%s", one)
                .isGreaterThan(0.8));
    }

    @Test
    void fastestDetFindsTheFourPlayers() {
        int person = 0;
        List<Detection> found = detect("3.jpg");
        assertThat(found)
                .filteredOn(one -> one.index() == person)
                .as("%s", found)
                .hasSize(4);
    }

    @Test
    void fastestDetFindsTheBat() {
        int bat = 34;
        List<Detection> found = detect("0.jpg");
        assertThat(found)
                .as("%s", found)
                .filteredOn(one -> one.index() == bat)
                .singleElement()
                .satisfies(one ->
                        assertThat(one.box().iou(new Box(408, 186, 459, 230))).isGreaterThan(0.4));
    }
}
