package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Constants of every element type, and the .bin file they lie in. */
class ConstantsTest {
    @TempDir
    Path folder;

    private static byte[] little(int width, long... bits) {
        ByteBuffer data = ByteBuffer.allocate(8 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long each : bits) {
            data.putLong(data.position(), each).position(data.position() + width);
        }
        return java.util.Arrays.copyOf(data.array(), width * bits.length);
    }

    static Stream<Arguments> types() {
        return Stream.of(
                Arguments.of("f32", little(4, 0x3fc00000L, 0xbf800000L), "1.5,-1"),
                Arguments.of("f64", little(8, 0x3ff8000000000000L, 0xc000000000000000L), "1.5,-2"),
                Arguments.of("f16", little(2, 0x3c00, 0xc000, 0x0001, 0x7bff), "1,-2,5.9604645E-8,65504"),
                Arguments.of("bf16", little(2, 0x3fc0, 0xc040, 0x7f80), "1.5,-3,Infinity"),
                Arguments.of("i8", little(1, 127, 128, 255), "127,-128,-1"),
                Arguments.of("u8", little(1, 127, 128, 255), "127,128,255"),
                Arguments.of("i16", little(2, 0x7fff, 0x8000), "32767,-32768"),
                Arguments.of("u16", little(2, 0x7fff, 0x8000), "32767,32768"),
                Arguments.of("i32", little(4, 5, 0xffffffffL), "5,-1"),
                Arguments.of("u32", little(4, 5, 0x80000000L), "5,2147483648"),
                Arguments.of("i64", little(8, 5, -1), "5,-1"),
                Arguments.of("u64", little(8, 5, 1L << 40), "5,1099511627776"),
                Arguments.of("boolean", little(1, 0, 1), "0,1"),
                Arguments.of("i4", little(1, 0x81, 0x0f), "1,-8,-1"),
                Arguments.of("u4", little(1, 0x81, 0x0f), "1,8,15"));
    }

    /** Two packed numbers share a byte, the first one in its low half; of an odd count the last half is unused. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("types")
    void everyElementType(String type, byte[] bytes, String wanted) {
        double[] numbers =
                Stream.of(wanted.split(",")).mapToDouble(Double::parseDouble).toArray();
        Grid values = Grid.of(numbers);
        IrFile file = new IrFile(folder);
        int constant = file.bytes(type, bytes, numbers.length);
        int real = file.op("Convert-1 destination_type='f32'", port(values), constant);
        int y = file.op("Add-1", port(values), real, file.input(values.map(v -> 0)));
        assertThat(file.answer(y)).is(near(values));
    }

    @ParameterizedTest
    @ValueSource(strings = {"u1", "nf4", "string", "f8e4m3", "u2", "dynamic"})
    void otherElementTypesAreRefusedByName(String type) {
        IrFile file = new IrFile(folder);
        file.result(file.bytes(type, new byte[8], 8));
        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(Const has the element type (" + type + ")) x 1 at l0");
    }

    /** Compressed weights: whole numbers, a zero point and a scale for each row. */
    @Test
    void weightsOfFourBitsWithScalesAreUnfolded() {
        Grid x = Grid.pattern(1, 4);
        Grid scale = new Grid(new double[] {.5, .25}, 2, 1);
        IrFile file = new IrFile(folder);
        int packed = file.bytes("u4", little(1, 0x21, 0x43, 0x65, 0x87), 2, 4);
        int real = file.op("Convert-1 destination_type='f16'", port("FP16", 2, 4), packed);
        int zero = file.bytes("f16", little(2, 0x4000), 1, 1);
        int centred = file.op("Subtract-1", port("FP16", 2, 4), real, zero);
        int scaled = file.op("Multiply-1", port("FP16", 2, 4), centred, file.floats(scale));
        int wide = file.op("Convert-1 destination_type='f32'", port("FP32", 2, 4), scaled);
        int y = file.op("MatMul-1 transpose_b='true'", port("FP32", 1, 2), file.input(x), wide);
        Grid wanted = Grid.filled(
                i -> {
                    double sum = 0;
                    for (int k = 0; k < 4; k++) {
                        sum += x.at(0, k) * (i[1] * 4 + k + 1 - 2) * scale.at(i[1], 0);
                    }
                    return sum;
                },
                1,
                2);
        assertThat(file.answer(y)).is(near(wanted));
    }

    /** A Const layer as the file may state it, with a result that reads it. */
    private Path stated(String data, int bytes) throws IOException {
        String port = "<port id='0' precision='FP32'><dim>2</dim></port>";
        Files.write(folder.resolve("m.bin"), new byte[bytes]);
        return Files.writeString(
                folder.resolve("m.xml"),
                "<net name='n' version='11'><layers><layer id='0' name='w' type='Const' version='opset1'><data " + data
                        + "/><output>" + port
                        + "</output></layer><layer id='1' name='r' type='Result' version='opset1'>"
                        + "<input>" + port + "</input></layer></layers><edges>"
                        + "<edge from-layer='0' from-port='0' to-layer='1' to-port='0'/></edges></net>");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "offset='8' size='8' | lies at 8 with 8 bytes",
                "offset='-4' size='8' | lies at -4",
                "offset='0' size='-8' | with -8 bytes",
                "offset='9223372036854775807' size='8' | lies at 9223372036854775807",
                "offset='0' size='9223372036854775807' | with 9223372036854775807 bytes"
            },
            quoteCharacter = '"')
    void placesOutsideTheWeightsAreNamed(String place, String reason) throws IOException {
        Path file = stated("element_type='f32' shape='2' " + place, 12);
        assertThatThrownBy(() -> new OpenVinoImporter().read(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Constant (w)")
                .hasMessageContaining(reason)
                .hasMessageContaining("of 12 bytes. Maybe the two files are of different models.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "element_type='f32' shape='3' offset='0' size='8' | a constant of 8 bytes where 12 belong",
                "element_type='f64' shape='2' offset='0' size='12' | a constant of 12 bytes where 16 belong",
                "element_type='f32' shape='-2' offset='0' size='8' | a constant of impossible size",
                "element_type='f32' shape='9999999999,9999999999' offset='0' size='8' | a constant of impossible size",
                "element_type='f32' shape='two' offset='0' size='8' | has shape=two",
                "element_type='f32' shape='2' offset='x' size='8' | has offset=x"
            },
            quoteCharacter = '"')
    void sizesThatDoNotFitTheShapeAreNamed(String data, String reason) throws IOException {
        Path file = stated(data, 12);
        assertThatThrownBy(() -> new OpenVinoImporter().read(file))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining("at w")
                .hasMessageContaining("Maybe");
    }

    @Test
    void missingWeightsAreNamedWithTheirRepair() throws IOException {
        Path file = stated("element_type='f32' shape='2' offset='0' size='8'", 8);
        Files.delete(folder.resolve("m.bin"));
        assertThatThrownBy(() -> new OpenVinoImporter().read(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("m.bin")
                .hasMessageContaining("are missing. Maybe copy the .bin file beside the .xml file");
    }

    @Test
    void constantsMayShareTheirBytes() throws IOException {
        IrFile file = new IrFile(folder);
        int first = file.constant("i32", Grid.of(1, 2));
        Path xml = file.write();
        file.result(first);
        String shared = Files.readString(file.write())
                .replace(
                        "</layers>",
                        "<layer id='9' name='again' type='Const' version='opset1'><data element_type='i32'"
                                + " shape='2' offset='0' size='8'/><output><port id='0' precision='I32'><dim>2</dim></port>"
                                + "</output></layer><layer id='10' name='s' type='Result' version='opset1'><input><port id='0'>"
                                + "<dim>2</dim></port></input></layer></layers>")
                .replace("</edges>", "<edge from-layer='9' from-port='0' to-layer='10' to-port='0'/></edges>");
        Files.writeString(xml, shared);
        var outputs = io.edgeai.formats.golden.Runner.run(
                new OpenVinoImporter().read(xml).graph(), java.util.List.of());
        assertThat(outputs.get(1)).containsExactly(outputs.get(0));
    }
}
