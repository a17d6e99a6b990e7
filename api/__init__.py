"""HTTP and the web pages; knows no OpenCV and no OCR engine."""
