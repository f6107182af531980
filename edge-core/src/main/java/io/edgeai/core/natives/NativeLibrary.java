package io.edgeai.core.natives;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A library whose loader unpacks its files to a temporary folder at every start, unless a property names a folder that has
 * them.
 *
 * @param resources folder of the class path for this machine, ends with a slash
 * @param files in it
 * @param property that names a folder
 * @param further properties that go with it
 */
record NativeLibrary(String resources, List<String> files, String property, Map<String, String> further) {
    /** Those that this machine has, as far as their names go. */
    static List<NativeLibrary> known() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        boolean arm = arch.equals("aarch64") || arch.equals("arm64");
        boolean intel = arch.equals("amd64") || arch.equals("x86_64");
        if (!arm && !intel) {
            return List.of();
        }
        String[] names;
        if (os.contains("linux")) {
            names = new String[] {"linux", "Linux"};
        } else if (os.contains("mac")) {
            names = new String[] {"osx", "Mac"};
        } else if (os.contains("win")) {
            names = new String[] {"win", "Windows"};
        } else {
            return List.of();
        }
        String sqlite = System.mapLibraryName("sqlitejdbc");
        return List.of(
                new NativeLibrary(
                        "ai/onnxruntime/native/" + names[0] + "-" + (arm ? "aarch64" : "x64") + "/",
                        List.of(System.mapLibraryName("onnxruntime"), System.mapLibraryName("onnxruntime4j_jni")),
                        "onnxruntime.native.path",
                        Map.of()),
                new NativeLibrary(
                        "org/sqlite/native/" + names[1] + "/" + (arm ? "aarch64" : "x86_64") + "/",
                        List.of(sqlite),
                        "org.sqlite.lib.path",
                        Map.of("org.sqlite.lib.name", sqlite)));
    }

    /** Whether it is where the property says; one of ours may have been deleted since. */
    boolean settled() {
        String chosen = System.getProperty(property);
        boolean ours = chosen != null && chosen.equals(System.getProperty(mark()));
        return chosen != null && (!ours || Files.isRegularFile(Path.of(chosen, files.get(files.size() - 1))));
    }

    /** Tells the library's loader, and remembers that it was us. */
    void settle(Path folder) {
        further.forEach(System::setProperty);
        System.setProperty(property, folder.toString());
        System.setProperty(mark(), folder.toString());
    }

    private String mark() {
        return "edgeai.placed." + property;
    }
}
