package io.edgeai.formats.openvino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.openvino.ir.IrLayer;
import io.edgeai.formats.openvino.ir.IrModel;
import io.edgeai.formats.openvino.ir.IrReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The .xml file read: what it says, and what becomes of files that are not as they should be. */
class IrReaderTest {
    private static final String HEAD = "<?xml version='1.0'?>";
    private static final String LAYER = "<layer id='0' name='x' type='Parameter' version='opset1'>"
            + "<data element_type='f32' shape='1,?'/><output><port id='0' precision='FP32' names='a,b'>"
            + "<dim>1</dim><dim>-1</dim><dim> 7 </dim><dim>2..9</dim><dim>?</dim></port></output></layer>";

    @TempDir
    Path folder;

    private Path file(String xml) throws IOException {
        return Files.writeString(folder.resolve("m.xml"), xml);
    }

    private static String net(String version, String inside) {
        return HEAD + "<net name='n' version='" + version + "'>" + inside + "</net>";
    }

    private IrModel read(String xml) throws IOException {
        return IrReader.read(file(xml));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 11})
    void aLayerWithItsAttributesAndPorts(int version) throws IOException {
        IrModel model = read(net(Integer.toString(version), "<layers>" + LAYER + "</layers><edges/>"));
        assertThat(model.name()).isEqualTo("n");
        assertThat(model.version()).isEqualTo(version);
        IrLayer layer = model.graph().layers().get(0);
        assertThat(layer).hasToString("Parameter(x)");
        assertThat(layer.key()).isEqualTo("parameter");
        assertThat(layer.opsetNumber()).isEqualTo(1);
        assertThat(layer.data()).containsEntry("shape", "1,?");
        assertThat(layer.inputs()).isEmpty();
        assertThat(layer.outputs().get(0).dims()).containsExactly(1, -1, 7, -1, -1);
        assertThat(layer.outputs().get(0).precision()).isEqualTo("f32");
        assertThat(layer.outputs().get(0).names()).isEqualTo("a,b");
    }

    @ParameterizedTest
    @CsvSource({"opset13, 13", "opset1, 1", "extension, 1", "'', 1", "opset99999, 1"})
    void theNumberOfAnOperationSet(String opset, int number) throws IOException {
        IrModel model = read(net("11", LAYER.replace("opset1", opset)));
        assertThat(model.graph().layers().get(0).opsetNumber()).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9", "12", "7", "", "eleven", "99999"})
    void otherVersionsAreRefusedWithARepair(String version) throws IOException {
        Path file = file(net(version, ""));
        assertThatThrownBy(() -> IrReader.read(file))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("version (" + version + "); versions 10 and 11")
                .hasMessageContaining("Maybe convert the original model again");
    }

    @Test
    void theNetMayStandBehindCommentsAndAByteOrderMark() throws IOException {
        Path file = folder.resolve("m.xml");
        Files.write(
                file,
                ("\ufeff" + HEAD + "<!-- made by hand --><net name='größer' version='11'><layers/></net>")
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(IrReader.read(file).name()).isEqualTo("größer");
    }

    @ParameterizedTest
    @CsvSource({
        "<rt_info><MO_version value='2022.3'/><Runtime_version value='2023.1'/></rt_info>, OpenVINO 2022.3",
        "<rt_info><Runtime_version value='2024.0'/></rt_info>, OpenVINO 2024.0",
        "<meta_data><MO_version value='2021.4'/></meta_data>, OpenVINO 2021.4",
        "<rt_info/>, ''"
    })
    void theProducerIsReadFromItsNotes(String notes, String producer) throws IOException {
        assertThat(read(net("11", "<layers/>" + notes)).producer()).isEqualTo(producer);
    }

    @Test
    void notesWithinLayersAndPortsAreSkipped() throws IOException {
        String notes = "<rt_info><attribute name='fused_names' version='0' value='conv'/></rt_info>";
        String layer = LAYER.replace("<output>", notes + "<output>").replace("<dim>1", notes + "<dim>1");
        IrLayer read = read(net("11", layer)).graph().layers().get(0);
        assertThat(read.outputs().get(0).dims()).hasSize(5);
        assertThat(read.data()).containsOnlyKeys("element_type", "shape");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | damaged",
                "no XML at all | damaged",
                "<nett version='11'/> | has no <net>",
                "<net name='n' version='11'><layers> | damaged",
                "<net name='n' version='11'><layer id='0'> | damaged",
                "<net name='n' version='11'><layers></net> | damaged",
                "<net name='n' name='m' version='11'/> | damaged",
                "<net name='&lost;' version='11'/> | damaged"
            })
    void whatIsNoIrSaysSo(String xml, String reason) throws IOException {
        Path file = file(xml);
        assertThatThrownBy(() -> IrReader.read(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("m.xml")
                .hasMessageContaining(reason)
                .hasMessageContaining("Maybe");
    }

    /** Neither in an attribute nor in text; and no error shows what the file holds. */
    @ParameterizedTest
    @ValueSource(strings = {"<net name='&x;' version='11'/>", "<net name='n' version='11'><layers>&x;</layers></net>"})
    void entitiesDoNotReadFiles(String body) throws IOException {
        Path secret = Files.writeString(folder.resolve("secret.txt"), "pomegranate");
        Path file = file(HEAD + "<!DOCTYPE net [<!ENTITY x SYSTEM '" + secret.toUri() + "'>]>" + body);
        String seen;
        try {
            seen = IrReader.read(file).toString();
        } catch (ModelFormatException e) {
            seen = e.getMessage();
        }
        assertThat(seen).doesNotContain("pomegranate");
    }

    @Test
    void entitiesDoNotUnfold() throws IOException {
        StringBuilder type = new StringBuilder("<!ENTITY l0 'ha'>");
        for (int i = 1; i < 40; i++) {
            type.append("<!ENTITY l" + i + " '&l" + (i - 1) + ";&l" + (i - 1) + ";'>");
        }
        Path file = file(HEAD + "<!DOCTYPE net [" + type + "]><net name='&l39;' version='11'><layers/></net>");
        assertThatThrownBy(() -> IrReader.read(file)).isInstanceOf(ModelFormatException.class);
    }

    @Test
    void twoLayersOfOneNumberAndTwoEdgesToOnePortAreDamage() throws IOException {
        Path twice = file(net("11", LAYER + LAYER.replace("name='x'", "name='y'")));
        assertThatThrownBy(() -> IrReader.read(twice))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("two layers of number (0), the second named (y)")
                .hasMessageContaining("Maybe");

        String edge = "<edge from-layer='0' from-port='0' to-layer='5' to-port='1'/>";
        Path edges = file(net("11", LAYER + "<edges>" + edge + edge + "</edges>"));
        assertThatThrownBy(() -> IrReader.read(edges))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("two edges to one port (5:1)");
    }

    @Test
    void numbersOfANestedGraphAreItsOwn() throws IOException {
        String outer = "<layer id='1' name='loop' type='Loop' version='opset5'><body><layers>" + LAYER
                + "</layers></body></layer>";
        IrModel model = read(net("11", LAYER + outer));
        assertThat(model.graph().layers().get(1).bodies().get("body").layers()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"16, true", "17, false"})
    void nestingHasAnEnd(int depth, boolean read) throws IOException {
        StringBuilder open = new StringBuilder();
        StringBuilder close = new StringBuilder();
        for (int i = 0; i < depth; i++) {
            open.append("<layer id='1' name='n' type='Loop' version='opset5'><body>");
            close.append("</body></layer>");
        }
        Path file = file(net("11", open.toString() + close));
        if (read) {
            assertThat(IrReader.read(file).graph().layers()).hasSize(1);
        } else {
            assertThatThrownBy(() -> IrReader.read(file))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("nests graphs deeper than (16)");
        }
    }

    @Test
    void aFolderStandsForItsOnlyXmlFile() throws IOException {
        assertThatThrownBy(() -> IrReader.read(folder)).hasMessageContaining("holds no .xml files");
        file(net("11", LAYER));
        assertThat(IrReader.read(folder).graph().layers()).hasSize(1);
        Files.writeString(folder.resolve("other.xml"), net("11", ""));
        assertThatThrownBy(() -> IrReader.read(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("holds several .xml files. Maybe name the model's.");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> IrReader.read(folder.resolve("none.xml")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("none.xml")
                .hasMessageContaining("cannot be read");
    }
}
