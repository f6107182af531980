package io.edgeai.core.runtime.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * One tensor by its name, as ONNX Runtime takes it at every run. It is walked by one cursor that is kept, so that a walk
 * takes no memory: no two may go on at a time. Immutable but for that.
 */
final class OneTensor extends AbstractMap<String, OnnxTensor> {
    private final Set<Map.Entry<String, OnnxTensor>> entries;

    OneTensor(String name, OnnxTensor tensor) {
        this.entries = new Entries(Map.entry(name, tensor));
    }

    @Override
    public Set<Map.Entry<String, OnnxTensor>> entrySet() {
        return entries;
    }

    private static final class Entries extends AbstractSet<Map.Entry<String, OnnxTensor>> {
        private final Cursor cursor;

        Entries(Map.Entry<String, OnnxTensor> entry) {
            this.cursor = new Cursor(entry);
        }

        @Override
        public int size() {
            return 1;
        }

        @Override
        public Iterator<Map.Entry<String, OnnxTensor>> iterator() {
            cursor.ahead = true;
            return cursor;
        }
    }

    private static final class Cursor implements Iterator<Map.Entry<String, OnnxTensor>> {
        private final Map.Entry<String, OnnxTensor> entry;
        private boolean ahead;

        Cursor(Map.Entry<String, OnnxTensor> entry) {
            this.entry = entry;
        }

        @Override
        public boolean hasNext() {
            return ahead;
        }

        @Override
        public Map.Entry<String, OnnxTensor> next() {
            if (!ahead) {
                throw new NoSuchElementException();
            }
            ahead = false;
            return entry;
        }
    }
}
