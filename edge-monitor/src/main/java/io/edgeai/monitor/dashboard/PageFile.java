package io.edgeai.monitor.dashboard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** A file of the page and its content type. Immutable. */
final class PageFile {
    private final String type;
    private final byte[] bytes;

    private PageFile(String type, byte[] bytes) {
        this.type = type;
        this.bytes = bytes;
    }

    String type() {
        return type;
    }

    /** The content, not to be changed. */
    byte[] bytes() {
        return bytes;
    }

    /** The files by path. */
    static Map<String, PageFile> all() {
        Map<String, PageFile> files = new LinkedHashMap<>();
        files.put("/", read("page.html", "text/html; charset=utf-8"));
        files.put("/page.css", read("page.css", "text/css; charset=utf-8"));
        files.put("/charts.js", read("charts.js", "text/javascript; charset=utf-8"));
        files.put("/series.js", read("series.js", "text/javascript; charset=utf-8"));
        files.put("/page.js", read("page.js", "text/javascript; charset=utf-8"));
        files.put("/uPlot.js", read("uPlot.iife.min.js", "text/javascript; charset=utf-8"));
        files.put("/uPlot.css", read("uPlot.min.css", "text/css; charset=utf-8"));
        files.put("/uPlot-LICENSE.txt", read("uPlot-LICENSE.txt", "text/plain; charset=utf-8"));
        return Map.copyOf(files);
    }

    private static PageFile read(String name, String type) {
        try (InputStream in = PageFile.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The library lacks its file (" + name + ").");
            }
            return new PageFile(type, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
