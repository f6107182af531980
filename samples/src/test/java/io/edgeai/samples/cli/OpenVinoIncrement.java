package io.edgeai.samples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An OpenVINO graph written by hand: y = x + 1 for x [1, 3]. */
final class OpenVinoIncrement {
    private OpenVinoIncrement() {}

    /** @param operation Add, or something in its place */
    static Path write(Path folder, String operation) throws IOException {
        String port = "<dim>1</dim><dim>3</dim></port>";
        Files.write(folder.resolve("m.bin"), new byte[] {0, 0, (byte) 0x80, 0x3f});
        return Files.writeString(
                folder.resolve("m.xml"),
                "<net name='increment' version='11'><layers>"
                        + "<layer id='0' name='x' type='Parameter' version='opset1'>"
                        + "<data shape='1,3' element_type='f32'/><output><port id='0' precision='FP32'>" + port
                        + "</output></layer>"
                        + "<layer id='1' name='one' type='Const' version='opset1'>"
                        + "<data element_type='f32' shape='1' offset='0' size='4'/>"
                        + "<output><port id='0' precision='FP32'><dim>1</dim></port></output></layer>"
                        + "<layer id='2' name='y' type='" + operation + "' version='opset1'><input><port id='0'>" + port
                        + "<port id='1'><dim>1</dim></port></input><output><port id='2' precision='FP32'>" + port
                        + "</output></layer><layer id='3' name='r' type='Result' version='opset1'>"
                        + "<input><port id='0'>" + port + "</input></layer></layers><edges>"
                        + "<edge from-layer='0' from-port='0' to-layer='2' to-port='0'/>"
                        + "<edge from-layer='1' from-port='0' to-layer='2' to-port='1'/>"
                        + "<edge from-layer='2' from-port='2' to-layer='3' to-port='0'/></edges></net>");
    }
}
