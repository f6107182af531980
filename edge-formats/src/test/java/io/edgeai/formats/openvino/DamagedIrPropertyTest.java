package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.IrFile.output;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.error.EdgeException;
import io.edgeai.formats.golden.Allowance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to a file, it is imported or refused with one error of ours that names the repair. */
class DamagedIrPropertyTest {
    private static final Pattern VALUE = Pattern.compile("='([^']*)'|<dim>([^<]*)</dim>");
    private static final String[] WORDS = {
        "",
        "0",
        "-1",
        "1",
        "3",
        "100",
        "2147483647",
        "-2147483648",
        "9223372036854775807",
        "1e9",
        "nan",
        "true",
        "f16",
        "Const",
        "Concat",
        "StridedSlice",
        "TopK",
        "1,1,1,1,1,1,1",
        "&lt;",
        "..."
    };

    /** For each of three seeds; 10,000 in all with {@code -Dedgeai.full=true}. */
    private static final int CHANGES = Boolean.getBoolean("edgeai.full") ? 3334 : 400;

    @TempDir
    Path folder;

    /** One layer of many kinds each, all of them read. */
    private IrFile zoo() {
        IrFile file = new IrFile(folder);
        int x = file.input(Grid.pattern(1, 4, 6, 6));
        int w = file.floats(Grid.pattern(4, 4, 3, 3));
        String map = port("FP32", 1, 4, 6, 6);
        String window = Window.square(2, 3, 1, 1, 1).attributes();
        int y = file.op("Convolution-1" + window, map, x, w);
        y = file.op("GroupConvolution-1" + window, map, y, file.floats(Grid.pattern(2, 2, 2, 3, 3)));
        y = file.op("ConvolutionBackpropData-1 auto_pad='same_upper'" + window, map, y, w, file.longs(6, 6));
        y = file.op("AvgPool-1 exclude-pad='true' rounding_type='ceil'" + window, map, y);
        y = file.op("Add-1 auto_broadcast='pdpd' axis='1'", map, y, file.floats(Grid.pattern(4)));
        y = file.op("PReLU-1", map, y, file.floats(Grid.pattern(4)));
        y = file.op("Clamp-1 min='0' max='6'", map, y);
        int low = file.scalar(-1);
        int high = file.scalar(1);
        y = file.op("FakeQuantize-1 levels='256'", map, y, low, high, low, high);
        y = file.op("MVN-6 eps='0.1' eps_mode='inside_sqrt'", map, y, file.longs(2, 3));
        y = file.op("ShuffleChannels-1 axis='1' group='2'", map, y);
        y = file.op("SpaceToDepth-1 mode='depth_first' block_size='2'", port("FP32", 1, 16, 3, 3), y);
        y = file.op("DepthToSpace-1 mode='depth_first' block_size='2'", map, y);
        y = file.op("Roll-7", map, y, file.longs(1), file.longs(2));
        y = file.op(
                "Pad-1 pad_mode='symmetric'",
                port("FP32", 1, 4, 8, 6),
                y,
                file.longs(0, 0, 2, 0),
                file.longs(0, 0, 0, 0));
        y = file.op(
                "StridedSlice-1 begin_mask='1,1,0,1' end_mask='1,1,1,1' shrink_axis_mask='1,0,0,0'",
                port("FP32", 4, 6, 6),
                y,
                file.longs(0, 0, 2, 0),
                file.longs(0, 0, 0, 0),
                file.longs(1, 1, 1, 1));
        y = file.op("Reshape-1 special_zero='true'", port("FP32", 4, 36), y, file.longs(0, -1));
        int best = file.op(
                "TopK-3 axis='1' mode='max' sort='index'",
                new String[] {port("FP32", 4, 3), port("I32", 4, 3)},
                y,
                file.whole(3));
        file.result(output(best, 1));
        int picked = file.op("GatherElements-6 axis='1'", port("FP32", 4, 3), y, output(best, 1));
        file.result(file.op("ReduceSum-1 keep_dims='true'", port("FP32", 4, 1), picked, file.longs(1)));
        String half = port("FP32", 2, 36);
        int parts = file.op("VariadicSplit-1", new String[] {half, half}, y, file.whole(0), file.longs(2, -1));
        file.result(file.op("Concat-1 axis='0'", port("FP32", 4, 36), output(parts, 1), parts));
        int priors = file.op(
                "PriorBox-1 min_size='4' max_size='9' aspect_ratio='2' flip='1' variance='0.1'",
                port("FP32", 2, 64),
                file.longs(2, 2),
                file.longs(20, 20));
        file.result(priors);
        file.result(file.op("Eye-9", port("FP32", 3, 2), file.whole(3), file.whole(2), file.whole(0)));
        IrFile body = file.body();
        int slice = body.parameter("element_type='f32'", port("FP32", 1, 36));
        body.result(body.op("Exp-1", port("FP32", 1, 36), slice));
        int turns = file.op("TensorIterator-1", port("FP32", 4, 36), y);
        file.inside("<port_map><input external_port_id='0' internal_layer_id='0' axis='0' part_size='1' stride='1'/>"
                + "<output external_port_id='100' internal_layer_id='2' axis='0' part_size='1' stride='1'/></port_map>"
                + "<body>" + body.graph() + "</body>");
        file.result(turns);
        return file;
    }

    private static String changed(String xml, Random random) {
        StringBuilder bad = new StringBuilder(xml);
        int at = random.nextInt(xml.length());
        switch (random.nextInt(6)) {
            case 0 -> bad.setLength(at);
            case 1 -> bad.setCharAt(at, (char) ('0' + random.nextInt(10)));
            case 2 -> bad.delete(at, Math.min(xml.length(), at + 1 + random.nextInt(30)));
            default -> { // a stated value becomes another one
                List<int[]> places = new ArrayList<>();
                Matcher values = VALUE.matcher(xml);
                while (values.find()) {
                    int group = values.group(1) != null ? 1 : 2;
                    places.add(new int[] {values.start(group), values.end(group)});
                }
                int[] place = places.get(random.nextInt(places.size()));
                bad.replace(place[0], place[1], WORDS[random.nextInt(WORDS.length)]);
            }
        }
        return bad.toString();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aChangedFileIsImportedOrRefused(long seed) throws IOException {
        IrFile file = zoo();
        String xml = file.xml();
        Path path = file.write();
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < CHANGES; i++) {
            String bad = changed(xml, random);
            Files.writeString(path, bad);
            Allowance allowance = Allowance.start();
            try {
                new OpenVinoImporter().read(path);
            } catch (EdgeException e) {
                refused++;
                assertThat(e.getMessage()).as("seed " + seed + ", change " + i).contains("Maybe");
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", change " + i + ": " + e, e);
            }
            allowance.end("seed " + seed + ", change " + i, bad.length());
        }
        assertThat(refused).as("refused, seed " + seed).isBetween(CHANGES * 2 / 5, CHANGES - 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void cutAndChangedWeightsAreImportedOrRefused(long seed) throws IOException {
        IrFile file = zoo();
        Path path = file.write();
        Path bin = folder.resolve("model.bin");
        byte[] weights = Files.readAllBytes(bin);
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 100; i++) {
            byte[] bad = weights.clone();
            for (int k = 0; k < 40; k++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            Files.write(bin, random.nextBoolean() ? bad : java.util.Arrays.copyOf(bad, random.nextInt(bad.length)));
            try {
                new OpenVinoImporter().read(path);
            } catch (EdgeException e) {
                refused++;
                assertThat(e.getMessage()).as("seed " + seed + ", change " + i).contains("Maybe");
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", change " + i + ": " + e, e);
            }
        }
        assertThat(refused).as("refused of 100, seed " + seed).isGreaterThan(40);
    }
}
