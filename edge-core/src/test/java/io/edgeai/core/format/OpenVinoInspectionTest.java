package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Graphs of OpenVINO written by hand, of the current form and of the one before operation sets. */
class OpenVinoInspectionTest {
    @TempDir
    Path folder;

    private ModelInspection inspect(String xml) throws IOException {
        return ModelInspector.inspect(Files.writeString(folder.resolve("model"), xml));
    }

    @Test
    void constantsThatAreShapesAreNoWeights() throws IOException {
        ModelInspection model = inspect(
                """
                <net name="n" version="11"><layers>
                <layer id="0" name="w" type="Const"><data element_type="i8" shape="5, 4" offset="0" size="20"/></layer>
                <layer id="1" name="s" type="Const"><data element_type="f16" shape="5,1" offset="20" size="10"/></layer>
                <layer id="2" name="d" type="Const"><data element_type="i64" shape="2" offset="30" size="16"/></layer>
                <layer id="3" name="c" type="Const"><data element_type="f32" shape="" offset="46" size="4"/></layer>
                </layers></net>""");
        assertThat(model.parameters()).isEqualTo(20 + 5 + 1);
        assertThat(model.weightBytes()).isEqualTo(20 + 10 + 4);
        assertThat(model.metadata()).containsEntry("constants of i8", "1").containsEntry("constants of i64", "1");
    }

    @Test
    void namesOpenShapesAndNotesAreTold() throws IOException {
        ModelInspection model = inspect(
                """
                <net name="n" version="11"><layers>
                <layer id="0" name="p" type="Parameter"><data element_type="f32" shape="?,3,1..9"/>
                <rt_info><attribute name="layout" version="0" layout="[N,C,W]"/><inside value="of a layer"/></rt_info>
                <output><port id="0" precision="FP32" names="pixels,x"><dim>-1</dim><dim>3</dim><dim>1..9</dim></port></output></layer>
                <layer id="1" name="q" type="Parameter"><data element_type="i64" shape="..."/>
                <output><port id="0" precision="I64"/></output></layer>
                <layer id="2" name="r" type="Result"><input><port id="0" precision="FP32"><dim>-1</dim></port></input></layer>
                </layers><edges><edge from-layer="0" from-port="0" to-layer="2" to-port="0"/></edges>
                <rt_info><Runtime_version value="2024.1.0"/><model_info><model_type value="detector"/>
                <labels value="cat dog"/><empty value=""/></model_info></rt_info></net>""");
        assertThat(model.signature().inputs())
                .extracting(Object::toString)
                .containsExactly("p: FLOAT[?,3,?]", "q: INT64[]");
        assertThat(model.signature().outputs()).singleElement().hasToString("r: FLOAT[?]");
        assertThat(model.producer()).isEqualTo("OpenVINO 2024.1.0");
        assertThat(model.metadata())
                .containsEntry("tensor names of p", "pixels,x")
                .containsEntry("model_type", "detector")
                .containsEntry("labels", "cat dog")
                .doesNotContainKeys("inside", "empty");
        assertThat(model.warnings()).anyMatch(text -> text.contains("no number of dimensions for [q]"));
    }

    @Test
    void optionsOfTheConverterThatSayNothingAreLeftOut() throws IOException {
        ModelInspection model = inspect(
                """
                <net name="n" version="10"><layers/><edges/><meta_data><MO_version value="2020.1"/><cli_parameters>
                <framework value="caffe"/><mean_values value="()"/><silent value="True"/><data_type value="FP16"/>
                <scale_values value="data[76.9]"/></cli_parameters></meta_data></net>""");
        assertThat(model.metadata())
                .containsEntry("framework", "caffe")
                .containsEntry("data_type", "FP16")
                .containsEntry("scale_values", "data[76.9]")
                .doesNotContainKeys("mean_values", "silent");
    }

    /** Input layers, outputs that no layer reads, and blobs in place of constants. */
    @Test
    void graphsBeforeOperationSetsAreListed() throws IOException {
        ModelInspection model = inspect(
                """
                <net name="old" version="6" batch="1"><layers>
                <layer id="0" name="data" precision="FP16" type="Input"><output><port id="0"><dim>1</dim><dim>3</dim>
                <dim>8</dim><dim>8</dim></port></output></layer>
                <layer id="1" name="conv" precision="FP16" type="Convolution"><input><port id="0"><dim>1</dim></port></input>
                <output><port id="3"><dim>1</dim><dim>4</dim><dim>6</dim><dim>6</dim></port></output>
                <blobs><weights offset="0" size="216"/><biases offset="216" size="8"/></blobs></layer>
                <layer id="2" name="split" precision="FP32" type="Split"><input><port id="0"><dim>1</dim></port></input>
                <output><port id="1"><dim>1</dim><dim>2</dim></port><port id="2"><dim>1</dim><dim>2</dim></port></output></layer>
                </layers><edges><edge from-layer="0" from-port="0" to-layer="1" to-port="0"/>
                <edge from-layer="1" from-port="3" to-layer="2" to-port="0"/></edges></net>""");
        assertThat(model.signature().inputs()).singleElement().hasToString("data: FLOAT16[1,3,8,8]");
        assertThat(model.signature().outputs())
                .extracting(Object::toString)
                .containsExactly("split: FLOAT[1,2]", "split: FLOAT[1,2]");
        assertThat(model.parameters()).as("4 x 3 x 9 and a bias each").isEqualTo(108 + 4);
        assertThat(model.weightBytes()).isEqualTo(224);
        assertThat(model.operators()).containsOnlyKeys("Parameter", "Convolution", "Split");
        assertThat(model.can("convert")).isFalse();
        assertThat(model.warnings()).anyMatch(text -> text.contains("IR 6"));
    }
}
