int main(void) { return helo; }
