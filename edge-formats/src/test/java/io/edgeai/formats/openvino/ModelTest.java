package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.output;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.formats.spi.ImportReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A whole model: names, types and sizes at its ends, the order of its layers, and what it cannot hold. */
class ModelTest {
    @TempDir
    Path folder;

    private final Grid x = Grid.pattern(2, 3);

    private static List<String> names(List<OnnxValue> values) {
        return values.stream().map(OnnxValue::name).toList();
    }

    @Test
    void endsAreCalledByTheirLayersOrTensors() {
        IrFile file = new IrFile(folder);
        int in = file.input(x);
        int named = file.op("ReLU-1", port(x).replaceFirst(">", " names='relu:0,other'>"), in);
        String half = port("FP32", 1, 3);
        int parts = file.op("Split-1 num_splits='2'", new String[] {half, half}, named, file.whole(0));
        file.result(named);
        file.result(output(parts, 0));
        file.result(output(parts, 1));
        file.result(in);
        var graph = file.imported();
        assertThat(names(graph.inputs())).containsExactly("l0");
        // The port's list is cut at its first comma; an output of several is told from the others by its place.
        assertThat(names(graph.outputs())).containsExactly("relu:0", "l3.0", "l3.1", "l0_1");
        assertThat(file.answers().get(3)).is(near(x));
    }

    @Test
    void oneValueMayBeSeveralOutputs() {
        IrFile file = new IrFile(folder);
        int y = file.op("Negative-1", port(x), file.input(x));
        file.result(y);
        file.result(y);
        assertThat(names(file.imported().outputs())).doesNotHaveDuplicates().hasSize(2);
        assertThat(file.answers()).allSatisfy(found -> assertThat(found).is(near(x.map(v -> -v))));
    }

    @Test
    void layersOfOneNameStayApart() throws IOException {
        IrFile file = new IrFile(folder);
        int in = file.input(x);
        int y = file.op("Negative-1", port(x), file.op("Exp-1", port(x), in));
        file.result(y);
        String xml = file.xml().replaceAll("name='l\\d'", "name='same'");
        var graph = new OpenVinoImporter()
                .read(Files.writeString(file.write(), xml))
                .graph();
        assertThat(names(graph.inputs())).containsExactly("same");
        assertThat(names(graph.outputs())).containsExactly("same_1");
    }

    @ParameterizedTest
    @CsvSource({"10, f16, FLOAT", "11, f16, FLOAT16", "11, f32, FLOAT", "10, i32, INT32", "11, boolean, BOOL"})
    void inputsOfSixteenBitsAreWideInTheOlderVersion(String version, String type, ElementType wanted) {
        IrFile file = new IrFile(folder);
        file.version = version;
        int in = file.parameter("element_type='" + type + "' shape='2'", port("FP16", 2));
        file.result(file.op("Convert-1 destination_type='f32'", port("FP32", 2), in));
        assertThat(((OnnxType.OfTensor) file.imported().inputs().get(0).type()).element())
                .isEqualTo(wanted);
    }

    @Test
    void openSizesStayOpen() {
        IrFile file = new IrFile(folder);
        int in = file.open(x, -1, -1);
        file.result(file.op("Exp-1", port("FP32", -1, -1), in));
        var type = (OnnxType.OfTensor) file.imported().inputs().get(0).type();
        assertThat(type.shape()).containsExactly(Dim.symbolic("N"), Dim.UNKNOWN);
        assertThat(file.answers().get(0)).is(near(x.map(Math::exp)));
    }

    @Test
    void anOpenRankStaysOpen() {
        IrFile file = new IrFile(folder);
        int in = file.parameter("element_type='f32' shape='...'", port("FP32"));
        file.result(file.op("Exp-1", port("FP32"), in));
        assertThat(((OnnxType.OfTensor) file.imported().inputs().get(0).type()).shape())
                .isNull();
    }

    @Test
    void theFileMayHoldItsLayersInAnyOrder() throws IOException {
        IrFile file = new IrFile(folder);
        int in = file.input(x);
        int y = file.op("Subtract-1", port(x), in, file.op("Exp-1", port(x), in));
        file.result(y);
        String xml = file.xml();
        int from = xml.indexOf("<layers>") + 8;
        int to = xml.indexOf("</layers>");
        StringBuilder turned = new StringBuilder();
        for (String layer : xml.substring(from, to).split("(?<=</layer>)")) {
            turned.insert(0, layer);
        }
        var graph = new OpenVinoImporter()
                .read(Files.writeString(file.write(), xml.substring(0, from) + turned + xml.substring(to)))
                .graph();
        assertThat(graph.nodes()).extracting("op").containsExactly("Exp", "Sub");
    }

    private Path linked(String from, String to) throws IOException {
        IrFile file = new IrFile(folder);
        int y = file.op("Add-1", port(x), file.input(x), file.floats(x));
        file.result(file.op("Exp-1", port(x), y));
        return Files.writeString(file.write(), file.xml().replace(from, to));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                // the sum reads what is computed from it
                "from-layer='1' from-port='100' to-layer='2' | from-layer='3' from-port='100' to-layer='2' | in a circle",
                // an edge from a layer, and from a port, that are not there
                "from-layer='1' from-port='100' to-layer='2' | from-layer='77' from-port='100' to-layer='2' | (77:100)",
                "from-layer='1' from-port='100' to-layer='2' | from-layer='1' from-port='5' to-layer='2' | (1:5)",
                "to-layer='4' to-port='0' | to-layer='4' to-port='8' | reads nothing"
            })
    void edgesThatLeadNowhereAreNamed(String edge, String wrong, String reason) throws IOException {
        Path file = linked(edge, wrong);
        assertThatThrownBy(() -> new OpenVinoImporter().read(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining("Maybe");
    }

    @Test
    void aMissingInputIsNamedWithItsLayer() throws IOException {
        Path file = linked("to-layer='2' to-port='1'", "to-layer='2' to-port='6'");
        assertThatThrownBy(() -> new OpenVinoImporter().read(file))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(Add lacks its input 1) x 1 at l2");
    }

    @Test
    void theReportTellsWhatBecameOfEachLayer() {
        IrFile file = new IrFile(folder);
        int exp = file.op("Exp-1", port(x), file.input(x));
        file.result(file.op("SoftSign-9", port(x), file.op("Exp-1", port(x), exp)));

        assertThat(new OpenVinoImporter().read(file.write()).report().items())
                .contains(
                        new ImportReport.Item("Exp", 2, "Exp x 2", List.of("l1", "l2")),
                        new ImportReport.Item("SoftSign", 1, "Softsign", List.of("l3")));
    }

    @Test
    void everythingWithoutAnEquivalentIsListedOnce() {
        IrFile file = new IrFile(folder);
        int last = file.input(x);
        for (int i = 0; i < 7; i++) {
            last = file.op("Nonsense-1", port(x), last);
        }
        last = file.op("NMSRotated-13", port(x), last);
        file.result(file.op("SoftSign-9", port(x), last));
        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(Nonsense of opset1 has no mapping) x 7 at l1, l2, l3, l4, l5, …;")
                .hasMessageContaining("(NMSRotated of opset13 has no mapping) x 1 at l8")
                .hasMessageNotContaining("SoftSign")
                .hasMessageContaining("Maybe export the original model to ONNX.");
    }

    @Test
    void extensionsHaveNoMappingEvenUnderAKnownName() throws IOException {
        IrFile file = new IrFile(folder);
        file.result(file.op("ReLU-1", port(x), file.input(x)));
        String xml = file.xml().replace("type='ReLU' version='opset1'", "type='ReLU' version='extension'");
        Path path = Files.writeString(file.write(), xml);
        assertThatThrownBy(() -> new OpenVinoImporter().read(path))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(ReLU of extension has no mapping) x 1 at l1");
    }

    @ParameterizedTest
    @CsvSource({"relu, RELU", "ReLU, relu", "Softmax, SoftMax"})
    void convertersDifferInCapitals(String written, String also) {
        for (String name : new String[] {written, also}) {
            IrFile file = new IrFile(folder);
            file.result(file.op(name + "-1 axis='1'", port(x), file.input(x)));
            assertThat(file.imported().nodes()).as(name).hasSize(1);
        }
    }

    @Test
    void theNotesCountWhatWasWritten() {
        IrFile file = new IrFile(folder);
        int in = file.input(x);
        file.result(file.op("Add-1", port(x), in, file.op("Exp-1", port(x), file.op("Exp-1", port(x), in))));
        var imported = new OpenVinoImporter().read(file.write());
        assertThat(imported.notes()).contains("Exp x 2", "Add x 1", "Parameter x 1");
        assertThat(imported.producer()).isEqualTo("OpenVINO IR 11");
    }
}
